"""In the form of a meeting: who comes, and whether they are free at the time that is being chosen."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from kizuna.base.access import policy
from kizuna.base.identity.models import User
from kizuna.base.resources import registry
from kizuna.base.resources.fields import Relation
from kizuna.base.resources.reader import Reader
from kizuna.base.types.numbers import wholes
from kizuna.base.types.wall import instant, start_of
from kizuna.base.ui import controls
from kizuna.base.ui.form_parts import FormPart
from kizuna.customers.timeline import queries, services
from kizuna.customers.timeline.models import Meeting
from kizuna.interfaces.web import day_bars

ADD = "guest_add"
MOST = 50
USUAL = dt.timedelta(hours=1)
Span = tuple[dt.datetime, dt.datetime]


class Chosen:
    """What stands in the form: the day, the time if there is one, and the people, as far as the actor sees them."""

    def __init__(self, actor: Any, given: QueryDict, meeting: Meeting | None) -> None:
        self.actor, self.reader, self.meeting = actor, Reader.of(actor), meeting
        self.may_ask = policy.permissions_of(actor).can("attendee", "create")
        asked = queries.colleagues_at(actor, meeting) if meeting and "guests" not in given else []
        self.guests = wholes(str(given["guests"]).split(",")) if "guests" in given else asked
        self.before = given.get("guests_before", ",".join(map(str, self.guests)) if meeting else "")
        added = wholes([given.get(ADD, "")])
        self.is_adding = bool(added)
        self.rounds = sum(wholes([given.get("guests_rounds", "")])) % 1000 + self.is_adding
        self.guests = list(dict.fromkeys([*self.guests, *added]))[:MOST]
        self.owner = next(iter(wholes([given.get("owner", str(actor.pk))])), actor.pk)
        wanted = list(dict.fromkeys([self.owner, *self.guests]))
        found = registry.get("user").visible_to(actor).in_bulk(wanted)
        self.people: list[User] = [found[pk] for pk in wanted if pk in found]
        self.zone = ZoneInfo(meeting.zone) if meeting and meeting.zone else self.reader.zone
        self.day = _understood(dt.date.fromisoformat, given.get("day", "")) or self.reader.today
        self.slot = self._slot(given)

    def _slot(self, given: QueryDict) -> Span | None:
        first, last = (_understood(dt.time.fromisoformat, given.get(name, "")) for name in ("start_time", "end_time"))
        if first is None or last is None or not 1900 < self.day.year < 2200:
            return None
        until = _understood(dt.date.fromisoformat, given.get("last_day", "")) or self.day
        begins, ends = instant(self.day, first, self.zone), instant(until, last, self.zone)
        return (begins, ends) if begins < ends else None


def _understood(read: Any, words: str) -> Any:
    """What was typed so far; None where it cannot be understood yet."""
    try:
        return read(words)
    except ValueError:
        return None


def shown(actor: Any, given: QueryDict, record: Any) -> dict[str, Any] | None:
    """What `web/meeting_times.html` needs; the same number of queries for any number of people."""
    chosen = Chosen(actor, given, record)
    reader = chosen.reader
    day = chosen.slot[0].astimezone(reader.zone).date() if chosen.slot else chosen.day
    day = day if 1900 < day.year < 2200 else reader.today
    start = start_of(day, reader.zone)
    busy = queries.busy(actor, chosen.people, start, start + day_bars.LOOK_AHEAD, besides=record.pk if record else None)
    clashes = {person.pk: _clashes(busy[person.pk], chosen.slot) for person in chosen.people}
    return {
        "day_words": day_bars.day_words(reader, day),
        "zone": reader.zone.key,
        "guests": ",".join(map(str, chosen.guests)),
        "before": chosen.before,
        "rounds": chosen.rounds,
        "add": _picker(chosen) if chosen.may_ask else None,
        "bars": {
            "hours": day_bars.HOURS,
            "width": day_bars.WIDTH,
            "slot": day_bars.place(start, *chosen.slot) if chosen.slot else None,
            "then": f"{ADD}:text",
            "rows": [
                day_bars.row(reader, person, busy[person.pk], start)
                | {"remove": _without(chosen, person), "conflict": bool(clashes[person.pk])}
                for person in chosen.people
            ],
        },
        "span": day_bars.span(reader, *chosen.slot) if chosen.slot else "",
        "conflicts": [_clash(reader, person, one, day) for person in chosen.people for one in clashes[person.pk]],
        "free": _free(chosen, busy, start),
    }


def _picker(chosen: Chosen) -> dict[str, Any]:
    """The field that adds somebody: another one, empty and in focus, each time that somebody was added."""
    drawn = controls.control(Relation(ADD, _("Add a colleague"), target="user"), None, chosen.actor)
    return drawn | {"id": f"id-guest-{chosen.rounds}", "autofocus": chosen.is_adding}


def _without(chosen: Chosen, person: User) -> str:
    """What takes somebody from the list; the one whose meeting it is stays."""
    if not chosen.may_ask or person.pk == chosen.owner:
        return ""
    return json.dumps({"guests": ",".join(str(pk) for pk in chosen.guests if pk != person.pk)})


def _clashes(times: Sequence[queries.Busy], slot: Span | None) -> list[queries.Busy]:
    return [one for one in times if slot and one.start < slot[1] and one.end > slot[0]]


def _clash(reader: Reader, person: User, one: queries.Busy, day: dt.date) -> str:
    when = day_bars.span(reader, one.start, one.end)
    began = one.start.astimezone(reader.zone).date()
    words = {"name": person.name, "time": when if began == day else f"{reader.day(began)} {when}"}
    if one.is_maybe:
        return _("%(name)s may be busy %(time)s; they have not answered yet.") % words
    return _("%(name)s is busy %(time)s.") % words


def _free(chosen: Chosen, busy: queries.Times, start: dt.datetime) -> list[dict[str, Any]]:
    """The next times that suit everybody, each with what it puts in the fields."""
    begins, ends = chosen.slot or (start, start + USUAL)
    minutes = round((ends - begins).total_seconds() / 60)
    after = max(begins, timezone.now())
    found = queries.next_free(busy, after=after, minutes=minutes, zone=chosen.reader.zone, most=4)
    free = [day_bars.free(chosen.reader, *one, zone=chosen.zone) for one in found if one != chosen.slot][:3]
    return [{"words": one["words"], "fill": json.dumps(one["values"])} for one in free]


def keep(actor: Any, given: QueryDict, meeting: Any) -> None:
    """Ask those who were added to the list, and no longer those who were taken from it. What others did meanwhile
    stays."""
    if "guests" not in given or not policy.permissions_of(actor).can("attendee", "create"):
        return
    wanted, before = (set(wholes(given.get(name, "").split(",")[:MOST])) for name in ("guests", "guests_before"))
    wanted |= set(wholes([given.get(ADD, "")]))
    seen = registry.get("user").visible_to(actor).filter(pk__in=wanted ^ before)
    changed = set(seen.values_list("pk", flat=True))
    services.ask_colleagues(actor=actor, meeting=meeting, asked=changed & wanted, not_asked=changed & before - wanted)


PART = FormPart("meeting", "web/meeting_times.html", shown, keep)
