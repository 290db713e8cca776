"""Days as people write them: the year first, in any signs or characters, by the common or the Japanese calendar."""

from __future__ import annotations

import datetime as dt
import re
from unicodedata import normalize

from django.utils import timezone

_BEFORE_ERA = {"明": 1867, "大": 1911, "昭": 1925, "平": 1988, "令": 2018}
_BEFORE_ERA |= {"M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018}
"""The year before the first one of each Japanese era, by its first character and by its letter."""
_BETWEEN = r"\s*[{}./-]\s*"
_DAY = re.compile(
    r"(?:(?P<era>明治?|大正?|昭和?|平成?|令和?|[MTSHR])\s*(?P<of_era>0?[1-9]|[1-9]\d|元)|(?P<year>\d{4}))"
    rf"{_BETWEEN.format('年년')}(?P<month>\d{{1,2}}){_BETWEEN.format('月월')}(?P<day>\d{{1,2}})\s*[日일.]?"
    r"\s*(?:\([日月火水木金土일월화수목금토](?:曜日?|요일)?\))?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"\d{8}")


def find(typed: str) -> dt.date | None:
    """The day that is meant: 1979-05-04, 1979/5/4, 1979年5月4日（金）, 1979년 5월 4일, 昭和54年5月4日, S54.5.4.

    A year counts on past the end of its era, as it does on papers that were printed before; full width is half width.
    """
    plain = typed.strip() if typed.isascii() else normalize("NFKC", typed).strip()
    try:
        if _COMPACT.fullmatch(plain):
            return dt.date.fromisoformat(plain)
        found = _DAY.fullmatch(plain)
        return dt.date(_year(found), int(found["month"]), int(found["day"])) if found else None
    except ValueError:
        return None


def _year(found: re.Match[str]) -> int:
    if found["year"]:
        return int(found["year"])
    return _BEFORE_ERA[found["era"][0].upper()] + (1 if found["of_era"] == "元" else int(found["of_era"]))


def server_day(moment: dt.datetime | None = None) -> dt.date:
    """Today, or the day of a moment, by the clock of the installation (`KIZUNA_TIME_ZONE`): for what is one answer for
    everybody, such as figures that are kept and offers that end, whichever zone whoever asks lives in."""
    return timezone.localdate(moment, timezone.get_default_timezone())
