"""How a language writes days, times, numbers and lists. English is that of Britain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale
from babel import dates as babel_dates
from babel import numbers as babel_numbers

_DAY = {"ja": "long", "ko": "long"}
_DAY_OF_THIS_YEAR = {"ja": "M月d日", "ko": "M월 d일"}
_BETWEEN = {"ja": "、"}
_AT_HOME = {"ja": "ja_JP", "ko": "ko_KR"}


@lru_cache(maxsize=8)
def _locale(language: str) -> Locale:
    """The conventions of one of Kizuna's languages."""
    return Locale.parse("en_GB" if language == "en" else language)


@lru_cache(maxsize=4096)
def day(value: dt.date, language: str, *, with_year: bool = True) -> str:
    """ "4 May 1979", "1979年5月4日"; without the year "4 May"."""
    pattern = _DAY.get(language, "d MMM y") if with_year else _DAY_OF_THIS_YEAR.get(language, "d MMM")
    return babel_dates.format_date(value, pattern, locale=_locale(language))


@lru_cache(maxsize=2048)
def clock(value: dt.time, language: str) -> str:
    """The time of day: "15:30"."""
    return babel_dates.format_time(value, "HH:mm", locale=_locale(language))


def number(value: Any, language: str) -> str:
    """Every digit there is, in groups: "1,234.5"."""
    return babel_numbers.format_decimal(value, locale=_locale(language), decimal_quantization=False)


def percent(value: Any, language: str) -> str:
    """So many of a hundred, as the language writes it: 7.5 is "7.5%"."""
    return babel_numbers.format_percent(Decimal(value) / 100, locale=_locale(language), decimal_quantization=False)


def listed(words: Iterable[Any], language: str) -> str:
    """One after the other: "lead, customer"; in Japanese 見込み客、顧客."""
    return _BETWEEN.get(language, ", ").join(str(word) for word in words)


def month(value: dt.date, language: str) -> str:
    """ "November 2026", "2026年11月"."""
    return babel_dates.format_skeleton("yMMMM", value, locale=_locale(language))


def quarter(value: dt.date, language: str) -> str:
    """A quarter of the calendar: "Q1 2026", "2026/Q1", "2026년 1분기"."""
    return babel_dates.format_skeleton("yQQQ", value, locale=_locale(language))


def month_name(value: dt.date, language: str, *, is_short: bool = False) -> str:
    """ "November", "Nov", "11月"."""
    return babel_dates.format_date(value, "LLL" if is_short else "LLLL", locale=_locale(language))


def weekday(value: dt.date, language: str) -> str:
    """ "Mon", "月"."""
    return babel_dates.format_date(value, "ccc", locale=_locale(language))


def first_weekday(language: str) -> int:
    """The day with which a week begins where the language is at home: 0 is Monday, 6 Sunday."""
    return Locale.parse(_AT_HOME.get(language, "en_GB")).first_week_day
