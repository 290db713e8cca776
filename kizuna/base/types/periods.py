"""Periods relative to now: "last month" in a reader's time zone, as days or as moments.

A period is half open: it starts at its first day or moment and ends before the second one, so that neighbours touch.
"Today" depends on the zone. Days are added on the calendar, not as 24 hours, so they stay right when clocks change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from kizuna.base.types.errors import Malformed, fill

MAX_DAYS = 3660
LABELS: dict[str, Any] = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "tomorrow": _("Tomorrow"),
    "this_week": _("This week"),
    "last_week": _("Last week"),
    "next_week": _("Next week"),
    "this_month": _("This month"),
    "last_month": _("Last month"),
    "next_month": _("Next month"),
    "this_quarter": _("This quarter"),
    "last_quarter": _("Last quarter"),
    "next_quarter": _("Next quarter"),
    "this_year": _("This year"),
    "last_year": _("Last year"),
    "next_year": _("Next year"),
}
_COUNTED = re.compile(r"(last|next)_([1-9][0-9]{0,3})_days")
_LAST_DAYS = ngettext_lazy("Last day", "Last %(count)d days", "count")
_NEXT_DAYS = ngettext_lazy("Next day", "Next %(count)d days", "count")
_TURNS = {"this": 0, "last": -1, "next": 1}


def resolve(name: str, zone: str | tzinfo, now: datetime) -> tuple[date, date]:
    """The period as days: (first day, day after the last one).

    `now` is an aware datetime. `last_7_days` and `next_7_days` are seven days of which one is today.
    A week begins on Monday. Raises Malformed (a ValueError) for an unknown name.
    """
    if now.tzinfo is None:
        raise TypeError("now needs a time zone.")
    today = now.astimezone(_zone(zone)).date()
    counted = _COUNTED.fullmatch(name)
    if counted and int(counted[2]) <= MAX_DAYS:
        days = timedelta(days=int(counted[2]))
        tomorrow = today + timedelta(days=1)
        return (tomorrow - days, tomorrow) if counted[1] == "last" else (today, today + days)
    if name not in LABELS:
        raise Malformed("period", _("This is not a period, such as last_30_days."))
    if name in _DAYS:
        first = today + timedelta(days=_DAYS[name])
        return first, first + timedelta(days=1)
    turn, unit = name.split("_")
    return _UNITS[unit](today, _TURNS[turn])


def resolve_moments(name: str, zone: str | tzinfo, now: datetime) -> tuple[datetime, datetime]:
    """The same period as moments in UTC: (start, end), end excluded. See `resolve`."""
    first, end = resolve(name, zone, now)
    return start_of_day(first, zone), start_of_day(end, zone)


def is_period(name: Any) -> bool:
    """Whether `resolve` understands this name."""
    if not isinstance(name, str):
        return False
    counted = _COUNTED.fullmatch(name)
    return name in LABELS or bool(counted and int(counted[2]) <= MAX_DAYS)


def label(name: str) -> Any:
    """What people call the period: "Last 30 days"."""
    counted = _COUNTED.fullmatch(name)
    if counted:
        return fill(_LAST_DAYS if counted[1] == "last" else _NEXT_DAYS, {"count": int(counted[2])})
    return LABELS.get(name, name)


def start_of_day(day: date, zone: str | tzinfo) -> datetime:
    """The first moment of a day, in UTC: 01:00 where clocks skip midnight, the first midnight where there are two."""
    return datetime.combine(day, time.min, tzinfo=_zone(zone)).astimezone(UTC)


_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}


def _week(today: date, turn: int) -> tuple[date, date]:
    first = today - timedelta(days=today.weekday()) + timedelta(weeks=turn)
    return first, first + timedelta(weeks=1)


def _months(length: int) -> Callable[[date, int], tuple[date, date]]:
    def period(today: date, turn: int) -> tuple[date, date]:
        first = (today.year * 12 + today.month - 1) // length * length + turn * length
        return _first_of(first), _first_of(first + length)

    return period


def _first_of(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)


_UNITS = {"week": _week, "month": _months(1), "quarter": _months(3), "year": _months(12)}


@lru_cache(maxsize=512)
def _named_zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _zone(zone: str | tzinfo) -> tzinfo:
    return _named_zone(zone) if isinstance(zone, str) else zone


def runs(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days that follow each other, together: from the first until the day after the last."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        after = day + timedelta(days=1)
        if found and found[-1][1] == day:
            found[-1] = (found[-1][0], after)
        else:
            found.append((day, after))
    return found
