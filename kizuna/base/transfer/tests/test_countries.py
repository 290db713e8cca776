"""Where a row is from, by its letters."""

import pytest

from kizuna.base.transfer.values.countries import country_of


@pytest.mark.parametrize(
    ("words", "usual", "country"),
    [
        ("김민수", "DE", "KR"),
        ("大久保詩織", "DE", "JP"),
        ("さくら", "KR", "JP"),
        ("スミスジョン", "GB", "JP"),
        ("金大中", "KR", "KR"),
        ("林志玲", "TW", "TW"),
        ("习明泽", "DE", "DE"),
        ("Anders Åkesson", "SE", "SE"),
        ("Мария", "DE", "DE"),
        ("", "DE", "DE"),
    ],
)
def test_letters_say_a_country_where_they_belong_to_one(words: str, usual: str, country: str) -> None:
    assert country_of(words, usual) == country
