"""A country is known by its code and by its names."""

import pytest

from kizuna.base.types import countries
from kizuna.base.types.errors import Malformed


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("JP", "JP"), ("jp", "JP"), ("JPN", "JP"), ("Japan", "JP"), ("日本", "JP"), ("일본", "JP"), (" japan ", "JP"),
        ("South Korea", "KR"), ("韓国", "KR"), ("대한민국", "KR"), ("USA", "US"), ("米国", "US"), ("UK", "GB"),
        ("Deutschland", "DE"), ("台湾", "TW"), ("", ""),
    ],
)  # fmt: skip
def test_a_country_is_found_by_any_of_its_names(written: str, code: str) -> None:
    assert countries.code_of(written) == code


@pytest.mark.parametrize("written", ["XX", "Narnia", "ZZ", "EU", "419"])
def test_what_is_no_country_is_refused(written: str) -> None:
    with pytest.raises(Malformed, match="country"):
        countries.code_of(written)


def test_a_country_is_named_in_the_readers_language() -> None:
    assert countries.name_of("JP", "en") == "Japan"
    assert countries.name_of("JP", "ko") == "일본"
    assert countries.name_of("KR", "ja-JP") == "韓国"
    assert countries.name_of("KR", "tlh") == "South Korea"
    assert countries.name_of("XX", "en") == "XX"
