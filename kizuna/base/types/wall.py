"""Wall-clock intent: a day and a time as the clock on the wall of a place shows them, and the instant that this is."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

UTC = ZoneInfo("UTC")


def instant(day: dt.date, clock: dt.time, zone: str | ZoneInfo) -> dt.datetime:
    """The moment in UTC at which clocks in `zone` show `clock` on `day`.

    A time that the change to summer time leaves out goes forward by what was left out; one that the change back shows
    twice is the first of the two. At the very edges of the calendar there are no zones.
    """
    place = ZoneInfo(zone) if isinstance(zone, str) else zone
    is_at_the_edge = not 1 < day.year < 9999
    local = dt.datetime.combine(day, clock.replace(fold=0, tzinfo=None), UTC if is_at_the_edge else place)
    return local.astimezone(dt.UTC)


def start_of(day: dt.date, zone: str | ZoneInfo) -> dt.datetime:
    """The first moment of a day in a zone, in UTC."""
    return instant(day, dt.time(), zone)
