"""How often something comes again: a part of iCalendar's RRULE that people use, counted in days.

The time of day is not part of it: what is at nine stays at nine, whatever clocks do in between (see `types.wall`).
As in RFC 5545, a month without a 31st and a year without a 29 February are left out; "the last day" is in every month.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from dateutil import rrule
from django.utils.translation import gettext_lazy as _

from kizuna.base.types.errors import Malformed

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORKDAYS = (0, 1, 2, 3, 4)
FREQUENCIES: dict[str, Any] = {
    "daily": rrule.DAILY,
    "weekly": rrule.WEEKLY,
    "monthly": rrule.MONTHLY,
    "yearly": rrule.YEARLY,
}
LONGEST_INTERVAL = 999
MOST_TIMES = 9999
HORIZON = dt.timedelta(days=366 * 60)
"""What does not come again within sixty years does not come again."""


@dataclass(frozen=True)
class Repetition:
    """Every so many days, weeks, months or years.

    `weekdays` (Monday is 0) belong to weeks; to months together with `nth` (1 to 4, -1 for the last). `month_day` is a
    day of the month, -1 the last one. It ends on `until`, after `times`, or never.
    """

    frequency: str
    every: int = 1
    weekdays: tuple[int, ...] = ()
    nth: int = 0
    month_day: int = 0
    until: dt.date | None = None
    times: int = 0

    def __post_init__(self) -> None:
        if not _is_sound(self):
            raise Malformed("repetition", _("This is no repetition that Kizuna knows."))

    def __str__(self) -> str:
        """The RRULE."""
        parts = [f"FREQ={self.frequency.upper()}"]
        if self.every > 1:
            parts.append(f"INTERVAL={self.every}")
        if self.weekdays:
            parts.append("BYDAY=" + ",".join(f"{self.nth or ''}{CODES[day]}" for day in self.weekdays))
        if self.month_day:
            parts.append(f"BYMONTHDAY={self.month_day}")
        if self.until:
            parts.append(f"UNTIL={self.until:%Y%m%d}")
        if self.times:
            parts.append(f"COUNT={self.times}")
        return ";".join(parts)

    @property
    def endless(self) -> Repetition:
        """The same without an end."""
        return replace(self, until=None, times=0)

    def shifted(self, before: dt.date, after: dt.date, *, passed: int = 0) -> Repetition:
        """The same rhythm on other days: what was on `before` is on `after`, and of `times`, `passed` are over."""
        times = max(1, self.times - passed) if self.times else 0
        by = (after - before).days
        if self.frequency == "weekly":
            days = self.weekdays or (before.weekday(),)
            return replace(self, weekdays=tuple(sorted((day + by) % 7 for day in days)), times=times)
        if self.nth:
            is_in_last_week = (after + dt.timedelta(days=7)).month != after.month
            nth = -1 if is_in_last_week and (self.nth == -1 or after.day > 28) else (after.day - 1) // 7 + 1
            return replace(self, weekdays=(after.weekday(),), nth=nth, times=times)
        if self.frequency == "monthly":
            is_last = (after + dt.timedelta(days=1)).month != after.month
            return replace(self, month_day=-1 if self.month_day == -1 and is_last else after.day, times=times)
        return replace(self, times=times)

    def days(self, start: dt.date, *, left_out: Collection[dt.date] = ()) -> Iterator[dt.date]:
        """Each day from `start` on, in order; those left out still count for `times`."""
        return self.days_after(start - dt.timedelta(days=1), start, left_out=left_out)

    def days_after(self, day: dt.date, start: dt.date, *, left_out: Collection[dt.date] = ()) -> Iterator[dt.date]:
        """Each day later than `day` of what began on `start`, in order: looked for from there on, however long ago the
        start is."""
        last = min(self.until or dt.date.max, _last_of_times(self, start) if self.times else dt.date.max)
        until = min(last, max(start, day) + _room(max(start, day)))
        for moment in self._found(self._begun(start, day), until=dt.datetime.combine(until, dt.time())):
            found = moment.date()
            if found > day and found not in left_out:
                yield found

    def next_after(self, day: dt.date, start: dt.date, *, left_out: Collection[dt.date] = ()) -> dt.date | None:
        """The first day later than `day` of what began on `start`; None when it is over."""
        return next(self.days_after(day, start, left_out=left_out), None)

    def _begun(self, start: dt.date, day: dt.date) -> dict[str, Any]:
        """What began on `start`, as if it had begun with that round of its rhythm in which `day` is; for dateutil."""
        given: dict[str, Any] = {"dtstart": start}
        if self.frequency == "daily":
            given["dtstart"] = start + self._over((day - start).days) * dt.timedelta(days=1)
        elif self.frequency == "weekly":
            monday = start - dt.timedelta(days=start.weekday())
            given["byweekday"] = self.weekdays or (start.weekday(),)
            if weeks := self._over((day - monday).days // 7):
                given["dtstart"] = monday + weeks * dt.timedelta(days=7)
        elif self.frequency == "monthly":
            if self.nth:
                given["byweekday"] = rrule.weekday(self.weekdays[0], self.nth)
            else:
                given["bymonthday"] = self.month_day or start.day
            months = 12 * start.year + start.month - 1
            if over := self._over(12 * day.year + day.month - 1 - months):
                given["dtstart"] = dt.date((months + over) // 12, (months + over) % 12 + 1, 1)
        else:
            given |= {"bymonth": start.month, "bymonthday": start.day}
            if years := self._over(day.year - start.year):
                given["dtstart"] = dt.date(start.year + years, 1, 1)
        return given

    def _over(self, units: int) -> int:
        """How many of these days, weeks, months or years whole rounds take."""
        return max(0, units) // self.every * self.every

    def _found(self, begun: Mapping[str, Any], **more: Any) -> Iterable[dt.datetime]:
        given = {**begun, "dtstart": dt.datetime.combine(begun["dtstart"], dt.time())}
        return rrule.rrule(FREQUENCIES[self.frequency], interval=self.every, **given, **more)


@lru_cache(maxsize=1000)
def _last_of_times(rule: Repetition, start: dt.date) -> dt.date:
    """The day of the last of so many times, days left out among them."""
    found = rule._found(rule._begun(start, start), count=rule.times)
    return max((moment.date() for moment in found), default=start)


def _room(day: dt.date) -> dt.timedelta:
    return min(HORIZON, dt.date.max - day)


def _is_sound(rule: Repetition) -> bool:
    kind = rule.frequency
    days = rule.weekdays
    return (
        kind in FREQUENCIES
        and 1 <= rule.every <= LONGEST_INTERVAL
        and list(days) == sorted(set(days))
        and all(0 <= day <= 6 for day in days)
        and rule.nth in (-1, 0, 1, 2, 3, 4)
        and (not days or kind in ("weekly", "monthly"))
        and bool(rule.nth) == (kind == "monthly" and len(days) == 1)
        and (len(days) <= 1 or kind == "weekly")
        and (rule.month_day == 0 or (kind == "monthly" and not days and -1 <= rule.month_day <= 31))
        and 0 <= rule.times <= MOST_TIMES
        and not (rule.until and rule.times)
    )


def from_rrule(text: str) -> Repetition:
    """The repetition in an RRULE. Raises Malformed for what is none, and for parts that Kizuna does not keep."""
    given: dict[str, str] = {}
    for part in text.strip().upper().removeprefix("RRULE:").split(";"):
        name, sign, value = part.partition("=")
        if not sign or name in given:
            raise _unknown(text)
        given[name] = value
    given.pop("WKST", None)
    try:
        return _read(given)
    except (ValueError, KeyError) as error:
        raise _unknown(text) from error


def _read(given: dict[str, str]) -> Repetition:
    known = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "UNTIL", "COUNT"}
    if not given.keys() <= known:
        raise ValueError(given)
    days = given.get("BYDAY", "").split(",") if given.get("BYDAY") else []
    ordinals = {day[:-2] for day in days}
    if len(ordinals) > 1:
        raise ValueError(given)
    until = given.get("UNTIL", "")
    return Repetition(
        given["FREQ"].lower(),
        every=_whole(given.get("INTERVAL", "1")),
        weekdays=tuple(sorted({CODES.index(day[-2:]) for day in days})),
        nth=_whole((ordinals.pop() if ordinals else "").lstrip("+") or "0"),
        month_day=_whole(given.get("BYMONTHDAY", "0")),
        until=dt.datetime.strptime(until[:8], "%Y%m%d").date() if until else None,
        times=_whole(given.get("COUNT", "0")),
    )


def _whole(text: str) -> int:
    if len(text) > 5 or not text.isascii():
        raise ValueError(text)
    return int(text)


def _unknown(text: str) -> Malformed:
    return Malformed("repetition", _("This is no repetition that Kizuna knows."))
