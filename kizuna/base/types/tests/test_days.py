"""A day is understood as it stands on papers and in address books of East Asia."""

import datetime as dt

import pytest

from kizuna.base.types import days


@pytest.mark.parametrize(
    "typed",
    [
        "1979-05-04", "19790504", "1979/5/4", "1979. 5. 4.", "１９７９年５月４日", "1979年5月4日（金）",
        "1979년 5월 4일", "昭和54年5月4日", "昭和５４年５月４日（金曜日）", "昭54.5.4", "S54.5.4", "s54/05/04",
        "㍼54年5月4日",
    ],
)  # fmt: skip
def test_a_day_the_year_first_or_by_its_era(typed: str) -> None:
    assert days.find(typed) == dt.date(1979, 5, 4)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("令和6年5月3日", (2024, 5, 3)),
        ("令和元年5月1日", (2019, 5, 1)),
        ("平成31年4月30日", (2019, 4, 30)),
        ("H35.6.1", (2023, 6, 1)),
        ("大正12年9月1日", (1923, 9, 1)),
        ("M45/7/29", (1912, 7, 29)),
    ],
)
def test_every_era_has_its_first_year_and_may_run_over(typed: str, day: tuple[int, int, int]) -> None:
    assert days.find(typed) == dt.date(*day)


@pytest.mark.parametrize("typed", ["", "soon", "1979", "1979-13-1", "令和0年1月1日", "R6.2.30", "04.05.1979", "X6.5.3"])
def test_what_is_no_day_is_none(typed: str) -> None:
    assert days.find(typed) is None
