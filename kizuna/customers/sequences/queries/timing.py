"""When the next step is: days on the calendar of the person, hours after them, while people are at work there."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

from kizuna.base.hours import queries as hours
from kizuna.base.types import wall
from kizuna.base.types.hours import Hours, read_spans

WORKDAYS = Hours("UTC", [*[read_spans("9-18")] * 5, [], []])
"""When people are at work where nobody has said otherwise."""


def hours_in(zone: str, usual: Hours | None = None) -> Hours:
    """The usual business hours as clocks show them in another zone: nine o'clock there, not here."""
    found = usual or hours.usual()
    return replace(WORKDAYS if found is hours.ALWAYS else found, zone=zone)


def due_moment(after: dt.datetime, *, days: int, hours: int, at_work: Hours) -> dt.datetime:
    """So many days later at the same time of day where the person is, then so many hours, then the next moment at
    which people are at work. A time that a change of clocks leaves out is the one after it."""
    local, later = after.astimezone(ZoneInfo(at_work.zone)), after.astimezone(dt.UTC)
    if days:
        later = wall.instant(local.date() + dt.timedelta(days=days), local.time(), at_work.zone)
    later += dt.timedelta(hours=hours)
    return at_work.next_open(later) or later
