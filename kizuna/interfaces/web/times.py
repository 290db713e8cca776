"""When people are free: a day of everybody as a bar, and the next times at which nobody is busy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from kizuna.base.identity.models import User
from kizuna.base.resources import registry
from kizuna.base.resources.fields import Choice, Day, Relation
from kizuna.base.resources.reader import Reader
from kizuna.base.types.numbers import wholes
from kizuna.base.types.wall import start_of
from kizuna.base.ui import controls
from kizuna.customers.timeline import queries
from kizuna.interfaces.web import day_bars
from kizuna.interfaces.web.day_bars import DAY, LOOK_AHEAD

LENGTHS = (15, 30, 45, 60, 90, 120, 180)
USUAL = 60
MOST_PEOPLE = 20


class Asked:
    """Whom a page is about, on which day, for how long: all of it in the address."""

    def __init__(self, actor: Any, data: QueryDict) -> None:
        self.actor, self.reader = actor, Reader.of(actor)
        ids = wholes(data.getlist("person"))
        wanted = dict.fromkeys([*ids, actor.pk] if not data.getlist("person") else ids)
        found = registry.get("user").visible_to(actor).in_bulk(list(wanted)[:MOST_PEOPLE])
        self.people: list[User] = [found[pk] for pk in wanted if pk in found]
        self.day = _day(data.get("day", "")) or self.reader.today
        minutes = data.get("minutes", "")
        self.minutes = int(minutes) if minutes in map(str, LENGTHS) else USUAL

    def url(self, *, people: Collection[int] | None = None, day: dt.date | None = None) -> str:
        chosen = [person.pk for person in self.people] if people is None else people
        pairs = [("person", pk) for pk in chosen]
        return f"/times?{urlencode([*pairs, ('day', day or self.day), ('minutes', self.minutes)])}"


def _day(text: str) -> dt.date | None:
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1900 < found.year < 2200 else None


def shown(asked: Asked, now: dt.datetime) -> dict[str, Any]:
    """What `web/times.html` needs. Raises Denied."""
    zone, reader = asked.reader.zone, asked.reader
    start = start_of(asked.day, zone)
    found = queries.busy(asked.actor, asked.people, start, start + LOOK_AHEAD)
    free = queries.next_free(found, after=max(now, start), minutes=asked.minutes, zone=zone) if asked.people else []
    return {
        "title": _("Find a time"),
        "day_words": day_bars.day_words(reader, asked.day),
        "zone": zone.key,
        "earlier_url": asked.url(day=asked.day - DAY),
        "later_url": asked.url(day=asked.day + DAY),
        "fields": _fields(asked),
        "ids": [person.pk for person in asked.people],
        "bars": {
            "hours": day_bars.HOURS,
            "width": day_bars.WIDTH,
            "rows": [_row(asked, person, found[person.pk], start) for person in asked.people],
        },
        "free": [_free(asked, day_bars.free(reader, begin, end, zone=zone)) for begin, end in free],
    }


def _fields(asked: Asked) -> list[dict[str, Any]]:
    lengths = [(str(minutes), _("%(count)d minutes") % {"count": minutes}) for minutes in LENGTHS]
    return [
        controls.control(Relation("person", _("Add a colleague"), target="user"), None, asked.actor),
        controls.control(Day("day", _("Day")), asked.day, asked.actor),
        controls.control(
            Choice("minutes", _("Length"), choices=lengths, required=True), str(asked.minutes), asked.actor
        ),
    ]


def _row(asked: Asked, person: User, times: Sequence[queries.Busy], start: dt.datetime) -> dict[str, Any]:
    left = [one.pk for one in asked.people if one.pk != person.pk]
    drawn = day_bars.row(asked.reader, person, times, start)
    return drawn | {"remove_url": asked.url(people=left) if left else ""}


def _free(asked: Asked, found: dict[str, Any]) -> dict[str, Any]:
    """A time that suits everybody, and where it becomes a meeting with them."""
    guests = ",".join(str(person.pk) for person in asked.people if person.pk != asked.actor.pk)
    return found | {"url": f"/meetings/new?{urlencode(found['values'] | {'guests': guests})}"}
