"""Business hours: several intervals per weekday, holidays, a zone; and when so much of them has passed.

Everything is counted over intervals that were turned into instants: between two clocks on the wall lies an hour more or
less where summer time begins or ends.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from kizuna.base.types import wall
from kizuna.base.types.errors import Malformed

FARTHEST = 3660
"""Days that are looked through for an open hour."""
MIDNIGHT = dt.time()
_SPAN = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*[-–—~〜]\s*(\d{1,2})(?::(\d{2}))?")

Span = tuple[dt.time, dt.time]
"""From, until; until midnight is 0:00."""


@dataclass(frozen=True)
class Hours:
    """`week` holds the spans of Monday to Sunday; on `holidays` nobody is there."""

    zone: str
    week: Sequence[Sequence[Span]]
    holidays: frozenset[dt.date] = field(default_factory=frozenset)

    def open(self, day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
        """The open intervals of a day there, in UTC; one that a change of clocks swallows is left out."""
        if day in self.holidays:
            return []
        found = []
        for start, end in self.week[day.weekday()]:
            last = day + dt.timedelta(days=1) if end == MIDNIGHT else day
            interval = wall.instant(day, start, self.zone), wall.instant(last, end, self.zone)
            if interval[0] < interval[1]:
                found.append(interval)
        return found

    def after(self, start: dt.datetime, wait: dt.timedelta) -> dt.datetime | None:
        """The moment when so much open time has passed; None when they hardly ever open. Nothing to wait for is now."""
        left = wait
        if left <= dt.timedelta():
            return start
        for opened, closed in self._from(start):
            begun = max(opened, start)
            if closed - begun >= left:
                return begun + left
            left -= max(dt.timedelta(), closed - begun)
        return None

    def next_open(self, moment: dt.datetime) -> dt.datetime | None:
        """The moment itself when somebody is there, else when they open next; None when they hardly ever do."""
        return next((max(opened, moment) for opened, _closed in self._from(moment)), None)

    def working_day(self, day: dt.date, count: int) -> dt.date:
        """The day so many working days later; none later is the day itself, or the first on which they open."""
        found, left = day, count
        for _number in range(FARTHEST):
            if self.open(found):
                if left <= 0:
                    return found
                left -= 1
            found += dt.timedelta(days=1)
        return day + dt.timedelta(days=count)

    def is_open(self, moment: dt.datetime) -> bool:
        return any(opened <= moment < closed for opened, closed in self.open(self._day(moment)))

    def _day(self, moment: dt.datetime) -> dt.date:
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def _from(self, start: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        first = self._day(start)
        for number in range(FARTHEST):
            yield from (found for found in self.open(first + dt.timedelta(days=number)) if found[1] > start)


def read_spans(typed: str) -> list[Span]:
    """Spans as people write them: "9:00-12:00, 13:00-18:00", "9-18", "" for closed, "0-24" for always. Raises
    Malformed."""
    found: list[Span] = []
    rest = _SPAN.sub("", typed)
    if rest.strip(" ,;、，\t"):
        raise _malformed()
    for match in _SPAN.finditer(typed):
        hour, minute, until, past = (int(part or 0) for part in match.groups())
        is_midnight = (until, past) == (24, 0)
        try:
            span = dt.time(hour, minute), MIDNIGHT if is_midnight else dt.time(until, past)
        except ValueError:
            raise _malformed() from None
        if not (is_midnight or span[0] < span[1]) or (found and (found[-1][1] == MIDNIGHT or span[0] < found[-1][1])):
            raise Malformed("order", _("Each span begins before it ends, and after the one before it."))
        found.append(span)
    return found


def write_spans(spans: Sequence[Span]) -> str:
    """ "9:00-12:00, 13:00-18:00"."""
    return ", ".join(f"{start.hour}:{start:%M}-{end.hour or 24}:{end:%M}" for start, end in spans)


def read_holidays(typed: str) -> dict[dt.date, str]:
    """A day a line, with what it is called: "2027-01-01 元日". Raises Malformed."""
    found = {}
    for line in typed.splitlines():
        if not line.strip():
            continue
        word, *name = line.split(maxsplit=1)
        try:
            found[dt.date.fromisoformat(word)] = " ".join(name).strip()
        except ValueError:
            raise Malformed("day", _("Write a day a line, such as 2027-01-01 and what it is called.")) from None
    return found


def _malformed() -> Malformed:
    return Malformed("hours", _("Write hours such as 9:00-12:00, 13:00-18:00; nothing means closed."))
