"""Addresses are laid out the way their country writes them, for whoever reads them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kizuna.base.types.addresses import PARTS, Address, stored
from kizuna.base.types.errors import Malformed

TOKYO = Address("JP", "100-0001", "東京都", "千代田区", "千代田1-1", "皇居ビル 3F")
TOKYO_IN_LATIN = Address("JP", "100-0001", "Tokyo", "Chiyoda-ku", "1-1 Chiyoda", "3F")
SEOUL = Address("KR", "06236", "서울특별시", "강남구", "테헤란로 152", "3층")
SPRINGFIELD = Address("US", "62701", "IL", "Springfield", "1 Main St", "Apt 2")


@pytest.mark.parametrize(
    ("address", "reader", "lines"),
    [
        (TOKYO, "ja", ["〒100-0001", "東京都千代田区千代田1-1", "皇居ビル 3F"]),
        (TOKYO, "en", ["〒100-0001", "東京都千代田区千代田1-1", "皇居ビル 3F", "Japan"]),
        (TOKYO, "ko", ["일본", "〒100-0001", "東京都千代田区千代田1-1", "皇居ビル 3F"]),
        (TOKYO_IN_LATIN, "en", ["1-1 Chiyoda", "3F", "Chiyoda-ku, Tokyo 100-0001", "Japan"]),
        (SEOUL, "ko", ["서울특별시 강남구 테헤란로 152", "3층", "06236"]),
        (SEOUL, "ja", ["韓国", "서울특별시 강남구 테헤란로 152", "3층", "06236"]),
        (SPRINGFIELD, "ja", ["1 Main St", "Apt 2", "Springfield, IL 62701", "アメリカ合衆国"]),
        (SPRINGFIELD, "en-US", ["1 Main St", "Apt 2", "Springfield, IL 62701"]),
        (SPRINGFIELD, "", ["1 Main St", "Apt 2", "Springfield, IL 62701"]),
        (Address("DE", "10115", "", "Berlin", "Chausseestr. 1"), "", ["Chausseestr. 1", "10115 Berlin"]),
        (Address("FR", "75001", "", "Paris", "1 rue X"), "", ["1 rue X", "75001 Paris"]),
        (Address("GB", "EC1Y 8SY", "", "London", "1 Old St"), "", ["1 Old St", "London", "EC1Y 8SY"]),
        (Address("CN", "100000", "北京市", "", "长安街1号"), "", ["100000", "北京市长安街1号"]),
        (Address("", "12345", "", "Anywhere", "1 Road"), "en", ["1 Road", "Anywhere 12345"]),
        (Address("JP", "", "東京都"), "ja", ["東京都"]),
        (Address(), "en", []),
    ],
)
def test_an_address_on_a_label(address: Address, reader: str, lines: list[str]) -> None:
    assert address.lines(reader) == lines


def test_an_address_in_one_line() -> None:
    assert TOKYO.one_line() == "〒100-0001 東京都千代田区千代田1-1 皇居ビル 3F"
    assert SPRINGFIELD.one_line() == "1 Main St, Apt 2, Springfield, IL 62701"
    assert SPRINGFIELD.one_line("ja") == "1 Main St, Apt 2, Springfield, IL 62701, アメリカ合衆国"


@pytest.mark.parametrize(
    ("country", "typed", "code"),
    [
        ("JP", "1000001", "100-0001"),
        ("JP", "〒１００−０００１", "100-0001"),
        ("日本", "100ー0001", "100-0001"),
        ("US", "627011234", "62701-1234"),
        ("GB", "ec1y8sy", "EC1Y 8SY"),
        ("CA", "k1a0b6", "K1A 0B6"),
        ("KR", "06236", "06236"),
        ("KR", "135-080", "135-080"),
        ("JP", "unknown", "UNKNOWN"),
        ("", "12345", "12345"),
    ],
)
def test_a_postal_code_is_written_as_the_country_does(country: str, typed: str, code: str) -> None:
    assert Address(country=country, postal_code=typed).normalise().postal_code == code


def test_an_address_is_cleaned_at_the_door() -> None:
    typed = Address("Japan", " 1000001", "東京都 ", " 千代田区", "千代田　1-1", "")
    assert typed.normalise() == Address("JP", "100-0001", "東京都", "千代田区", "千代田 1-1", "")
    with pytest.raises(Malformed):
        Address("Narnia").normalise()


TEXT = st.text(max_size=12)


@example(Address(postal_code="0 ¯"))
@given(
    st.builds(
        Address, st.sampled_from(["", "JP", "KR", "US", "GB", "HK", "BR", "AE", "RU"]), TEXT, TEXT, TEXT, TEXT, TEXT
    )
)
def test_normalising_twice_is_normalising_once_and_nothing_is_lost(typed: Address) -> None:
    once = typed.normalise()
    assert once.normalise() == once
    shown = "\n".join(once.lines())
    assert all(getattr(once, part) in shown for part in PARTS if part != "country")


def test_an_address_survives_json_that_has_more_in_it() -> None:
    assert Address.of(TOKYO.to_json() | {"label": "work"}) == TOKYO
    assert Address.of({"city": None}) == Address()


def test_a_country_alone_is_no_address() -> None:
    assert not Address("JP")
    assert Address("JP", city="Tokyo")


def test_two_spellings_of_one_address_have_one_key() -> None:
    other = Address("jp", "1000001", "東京都", "千代田区", "千代田１−１", "皇居ﾋﾞﾙ 3f")
    assert other.normalise().key == TOKYO.normalise().key


@given(st.fixed_dictionaries({part: st.text(max_size=20) for part in PARTS if part != "country"}))
def test_a_stored_address_is_the_normalised_one_with_its_key(parts: dict[str, str]) -> None:
    for country in ("", "JP", "gb", "Deutschland"):
        address = Address.of(parts | {"country": country}).normalise()
        assert stored(parts | {"country": country}) == (address.to_json() | {"key": address.key} if address else None)
