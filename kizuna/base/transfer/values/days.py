"""Days and moments as files write them, made into what fields understand."""

from __future__ import annotations

import re
from unicodedata import normalize

from kizuna.base.types import days

DATE_ORDERS = ("ymd", "dmy", "mdy")
_NO_DAY = re.compile(r"0+(?P<sign>[./-])0+(?P=sign)0+(?: [0:]+)?")
_DAY = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)")
_MOMENT = re.compile(
    r"(?P<day>.+?)(?:[\sT,]+|(?<=[日일)]))(?P<half>午前|午後|오전|오후)?\s*(?P<hour>\d{1,2})\s*[:時시]\s*(?P<minute>\d{1,2})?"
    r"\s*(?:[:分분]\s*(?P<second>\d{1,2})?)?(?P<part>\.\d+)?\s*[秒초]?\s*(?P<after>[AP]\.?M\.?)?",
    re.IGNORECASE,
)
_AFTERNOON = ("午後", "오후", "P")


def is_day(typed: str) -> bool:
    """Outlook writes 0/0/00 and MySQL 0000-00-00 where there is no day."""
    return _NO_DAY.fullmatch(typed) is None


def iso_day(typed: str, order: str) -> str:
    """A day with its year last, as ISO; everything else as it is."""
    found = _DAY.fullmatch(normalize("NFKC", typed))
    if found is None or order == "ymd":
        return typed
    first, _sign, second, year = found.groups()
    day, month = (first, second) if order == "dmy" else (second, first)
    return f"{year}-{month:0>2}-{day:0>2}"


def iso_moment(typed: str, order: str) -> str:
    """A day and a time of day, or a day alone, which means its midnight; with a zone only as ISO has it."""
    plain = normalize("NFKC", typed)
    found = _MOMENT.fullmatch(plain)
    day = days.find(iso_day(found["day"] if found else plain, order))
    if day is None:
        written, space, clock = plain.partition(" ")
        return f"{iso_day(written, order).replace('/', '-')}{space}{clock}"
    return f"{day}T{_clock(found) if found else '00:00'}"


def _clock(found: re.Match[str]) -> str:
    """On a clock of 24 hours; twelve begins its half of the day."""
    hour, half = int(found["hour"]), (found["half"] or found["after"] or "").upper()
    if half:
        hour = hour % 12 + 12 * half.startswith(_AFTERNOON)
    return f"{hour:02}:{int(found['minute'] or 0):02}:{int(found['second'] or 0):02}{found['part'] or ''}"


def date_order(values: list[str], region: str) -> str:
    """How these days are written: year first, or day or month first, by their numbers and else by the country."""
    found = [match for value in values if (match := _DAY.match(normalize("NFKC", value).strip()))]
    if not found:
        return "ymd"
    if any(int(match[1]) > 12 for match in found):
        return "dmy"
    if any(int(match[3]) > 12 for match in found):
        return "mdy"
    return "mdy" if region == "US" and found[0][2] != "." else "dmy"
