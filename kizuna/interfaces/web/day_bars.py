"""A day of some colleagues as bars beside each other: what takes their time, and times at which all are free."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.translation import gettext as _

from kizuna.base.identity.models import User
from kizuna.base.resources.reader import Reader
from kizuna.customers.timeline import queries

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
FIRST, LAST = 7, 21
"""Hours that a bar shows."""
WIDTH = (LAST - FIRST) * 60
HOURS = [{"x": (hour - FIRST) * 60, "words": f"{hour}:00"} for hour in range(FIRST, LAST, 2)]
LOOK_AHEAD = 30 * DAY


def day_words(reader: Reader, day: dt.date) -> str:
    """A day with the day of the week."""
    return f"{dateformat.format(day, 'D')} {reader.day(day)}"


def row(reader: Reader, person: User, times: Sequence[queries.Busy], start: dt.datetime) -> dict[str, Any]:
    """A person's day that begins at `start`: a line of `web/day_bars.html`."""
    today = [one for one in times if one.start < start + DAY and one.end > start]
    return {
        "id": person.pk,
        "name": person.name,
        "zone": person.zone.key if person.zone.key != reader.zone.key else "",
        "blocks": [_block(reader, one, start) for one in today],
        "is_free": not today,
    }


def place(start: dt.datetime, begins: dt.datetime, ends: dt.datetime) -> dict[str, int]:
    """Where a time lies in the bar of the day that begins at `start`: minutes from its left edge."""
    opens = start + FIRST * HOUR
    left, right = (min(max(round((one - opens).total_seconds() / 60), 0), WIDTH) for one in (begins, ends))
    return {"x": left, "width": right - left}


def span(reader: Reader, begins: dt.datetime, ends: dt.datetime) -> str:
    return f"{reader.clock(begins)} – {reader.clock(ends)}"


def _block(reader: Reader, one: queries.Busy, start: dt.datetime) -> dict[str, Any]:
    """A time that is taken, in words with what may be known of it."""
    words = f"{span(reader, one.start, one.end)} {one.title or _('busy')}"
    return place(start, one.start, one.end) | {
        "words": words + (f" ({_('not answered')})" if one.is_maybe else ""),
        "is_maybe": one.is_maybe,
        "url": f"/meetings/{one.meeting_id}" if one.meeting_id else "",
    }


def free(reader: Reader, start: dt.datetime, end: dt.datetime, *, zone: ZoneInfo) -> dict[str, Any]:
    """A time that suits everybody: in the reader's words, and as the fields of a meeting in `zone`."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    return {
        "words": f"{day_words(reader, start.astimezone(reader.zone).date())}, {span(reader, start, end)}",
        "values": {"day": first.date().isoformat(), "start_time": f"{first:%H:%M}", "end_time": f"{last:%H:%M}"},
    }
