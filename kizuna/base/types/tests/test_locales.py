"""Days, numbers and lists as three languages write them."""

import datetime as dt
from decimal import Decimal

import pytest

from kizuna.base.types import locales

CONSTITUTION_DAY = dt.date(2026, 5, 3)


@pytest.mark.parametrize(
    ("language", "said", "this_year", "both"),
    [
        ("en", "3 May 2026", "3 May", "tea, cake"),
        ("ja", "2026年5月3日", "5月3日", "tea、cake"),
        ("ko", "2026년 5월 3일", "5월 3일", "tea, cake"),
    ],
)
def test_each_language_has_its_own_days_and_lists(language: str, said: str, this_year: str, both: str) -> None:
    assert locales.day(CONSTITUTION_DAY, language) == said
    assert locales.day(CONSTITUTION_DAY, language, with_year=False) == this_year
    assert locales.listed(["tea", "cake"], language) == both


def test_a_number_keeps_every_digit_and_a_time_its_zero() -> None:
    assert locales.number(Decimal("1234567.8905"), "en") == "1,234,567.8905"
    assert locales.clock(dt.time(9, 5), "ja") == "09:05"


def test_so_many_of_a_hundred_bear_the_sign_of_the_language() -> None:
    assert [locales.percent(Decimal("7.5"), language) for language in ("en", "ja", "ko")] == ["7.5%"] * 3
    assert locales.percent(1250, "en") == "1,250%"


def test_a_quarter_of_the_calendar_is_no_fiscal_year() -> None:
    day = dt.date(2026, 2, 1)
    assert [locales.quarter(day, language) for language in ("en", "ja", "ko")] == ["Q1 2026", "2026/Q1", "2026년 1분기"]
