"""Phone numbers are read as people dial them, and wrong ones say what is wrong."""

import phonenumbers
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, NumberParseException, PhoneMetadata, PhoneNumberFormat

from kizuna.base.types import phones
from kizuna.base.types.errors import Malformed

REGIONS = sorted(region for regions in COUNTRY_CODE_TO_REGION_CODE.values() for region in regions if region != "001")
MARKETS = ["JP", "KR", "US", "GB", "DE", "FR", "IT", "CN", "TW", "BR", "MX", "AR", "RU", "AU", "IN", "HU", "LT", "CA"]


@pytest.mark.parametrize(
    ("typed", "region", "e164"),
    [
        ("090-1234-5678", "JP", "+819012345678"),
        ("09012345678", "JP", "+819012345678"),
        ("０９０−１２３４−５６７８", "JP", "+819012345678"),
        ("090ー1234ー5678", "JP", "+819012345678"),
        ("(03) 1234-5678", "JP", "+81312345678"),
        ("代表 03-1234-5678", "JP", "+81312345678"),
        ("03-1234-5678 内線12", "JP", "+81312345678"),
        ("0120-123-456", "JP", "+81120123456"),
        ("+81 (0)90-1234-5678", "KR", "+819012345678"),
        ("010-1234-5678", "KR", "+821012345678"),
        ("02-312-3456", "KR", "+8223123456"),
        ("010 1 202 555 0123", "JP", "+12025550123"),
        ("(202) 555-0123", "US", "+12025550123"),
        ("1-202-555-0123", "US", "+12025550123"),
        ("1-800-FLOWERS", "US", "+18003569377"),
        ("020 7946 0018 x123", "GB", "+442079460018"),
        ("+39 06 6982", "", "+39066982"),
        ("tel:+81-3-1234-5678", "", "+81312345678"),
        ("+81 80-0000-0000", "JP", "+818000000000"),
    ],
)
def test_a_number_as_it_is_dialled(typed: str, region: str, e164: str) -> None:
    assert phones.normalise(typed, region) == e164


@pytest.mark.parametrize(
    ("typed", "region", "code", "message"),
    [
        ("090-1234-567", "JP", "too_short", "One digit short for a Japanese mobile number."),
        ("090-1234-56789", "JP", "too_long", "One digit too many for a Japanese mobile number."),
        ("03-1234-56", "JP", "too_short", "2 digits short for a Japanese landline number."),
        ("+81 90 1234 567", "US", "too_short", "One digit short for a Japanese mobile number."),
        ("010-1234-567", "KR", "too_short", "One digit short for a Korean mobile number."),
        ("06 12 34 56 7", "FR", "too_short", "One digit short for a mobile number (France)."),
        ("555-0123", "US", "area_code", "The area code is missing."),
        ("110", "JP", "too_short", "Too short for a phone number (Japan)."),
        ("090-0000-0000", "JP", "unused", "No phone number (Japan) looks like this."),
        ("090-1234-5678", "", "region", "Start with + and the country code"),
        ("090-1234-5678", "XX", "region", "Start with + and the country code"),
        ("+999 1234567", "JP", "country", "No country has this code after the +."),
        ("03-1234-5678 / 090-1234-5678", "JP", "several", "These are several phone numbers."),
        ("ask Ada", "JP", "letters", "There is no phone number in this text."),
        ("-", "JP", "letters", "There is no phone number in this text."),
        ("", "JP", "empty", "Enter a phone number."),
    ],
)
def test_a_wrong_number_says_what_is_wrong(typed: str, region: str, code: str, message: str) -> None:
    with pytest.raises(Malformed) as raised:
        phones.normalise(typed, region)
    assert raised.value.code == code
    assert message in str(raised.value)


def test_the_country_in_a_message_is_named_in_the_readers_language() -> None:
    with pytest.raises(ValueError, match="short") as raised:
        phones.normalise("06 12 34 56 7", "FR")
    with translation.override("ja"):
        assert "フランス" in str(raised.value)


def parsed(typed: str, region: str | None) -> str | None:
    """What libphonenumber makes of it; None unless it is surely a number."""
    try:
        number = phonenumbers.parse(typed, region)
    except NumberParseException:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if phonenumbers.is_valid_number(number) else None


def examples() -> list[tuple[str, str]]:
    """(region, national number) of every kind of number in every country."""
    found = []
    for region in REGIONS:
        metadata = PhoneMetadata.metadata_for_region(region, None)
        assert metadata is not None
        kinds = [metadata.fixed_line, metadata.mobile, metadata.toll_free, metadata.uan, metadata.voip]
        found += [(region, kind.example_number) for kind in kinds if kind and kind.example_number]
    return found


def test_every_country_has_its_numbers_understood() -> None:
    for region, national in examples():
        number = phonenumbers.parse(national, region)
        if not phonenumbers.is_valid_number(number):
            continue
        e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        for style in (PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164):
            typed = phonenumbers.format_number(number, style)
            assert phones.normalise(typed, region) == (parsed(typed, region) or e164), (region, typed)


@settings(max_examples=1500, deadline=None)
@given(
    st.sampled_from(MARKETS),
    st.text("0123456789", min_size=3, max_size=13),
    st.sampled_from(["", "0", "+81", "+1", "+"]),
)
def test_the_fast_path_says_what_the_parser_says(region: str, digits: str, prefix: str) -> None:
    typed = prefix + digits
    quick = phones._quick(typed, region)
    assert quick is None or quick == parsed(typed, region)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(examples()), st.integers(0, 12), st.sampled_from("0123456789"))
def test_the_fast_path_agrees_one_digit_beside_real_numbers(example: tuple[str, str], place: int, digit: str) -> None:
    region, national = example
    changed = national[:place] + digit + national[place + 1 :]
    code = phonenumbers.country_code_for_region(region)
    for typed in (changed, "0" + changed, f"+{code}{changed}"):
        quick = phones._quick(typed, region)
        assert quick is None or quick == parsed(typed, region)


@settings(max_examples=300, deadline=None)
@given(st.text("0123456789+-() ー／", max_size=18) | st.text(max_size=12), st.sampled_from([*MARKETS, ""]))
def test_normalising_twice_is_normalising_once(typed: str, region: str) -> None:
    try:
        e164 = phones.normalise(typed, region)
    except Malformed:
        return
    assert phones.normalise(e164, "") == phones.normalise(e164, "JP") == e164


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(examples()), st.sampled_from(MARKETS))
def test_what_is_shown_can_be_typed_again(example: tuple[str, str], reader: str) -> None:
    e164 = parsed(example[1], example[0])
    if e164:
        assert phones.normalise(phones.show(e164, reader), reader) == e164


def test_a_number_is_shown_the_way_the_reader_dials_it() -> None:
    assert phones.show("+819012345678", "JP") == "090-1234-5678"
    assert phones.show("+819012345678", "KR") == "+81 90-1234-5678"
    assert phones.show("+821012345678", "KR") == "010-1234-5678"
    assert phones.show("not a number", "KR") == "not a number"


@pytest.mark.parametrize(
    ("tag", "region"),
    [
        ("ja", "JP"), ("ko", "KR"), ("en", "US"), ("en-GB", "GB"), ("ja-JP", "JP"), ("JP", "JP"), ("zh-Hant-TW", "TW"),
        ("kr", "NG"), ("KR", "KR"), ("xx", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_country_to_expect(tag: str, region: str) -> None:
    assert phones.region_of(tag) == region
