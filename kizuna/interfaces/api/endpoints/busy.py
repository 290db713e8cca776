"""When people are busy, when all of them are free, and whether the caller comes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from kizuna.base.identity.models import User
from kizuna.base.resources import registry
from kizuna.base.types.errors import Invalid, Missing, fill
from kizuna.customers.timeline import queries, services
from kizuna.interfaces.api import incoming
from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.incoming import Parameters
from kizuna.interfaces.api.paging import LARGEST_ID
from kizuna.interfaces.api.representations import respond

MOST_PEOPLE = 50
LONGEST = dt.timedelta(days=62)
USUAL = dt.timedelta(days=14)
SHORTEST_MEETING, LONGEST_MEETING = 5, 540


@api.get("/busy")
def list_busy(request: HttpRequest) -> HttpResponse:
    """The times that meetings take of people, with a name only where the caller sees the meeting; and with `minutes`
    the next times at which nobody is busy."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    given = Parameters(request.GET, ("people", "from", "to", "minutes"))
    people = given.read("people", _people, [actor.pk])
    start = given.read("from", _moment) or timezone.now()
    end = given.read("to", _moment) or start + USUAL
    minutes = given.read("minutes", incoming.whole_number(SHORTEST_MEETING, LONGEST_MEETING))
    given.check()
    if not start < end <= start + LONGEST:
        raise Invalid({"": [_("Ask for a time that ends after it starts, and within two months.")]})
    found: list[User] = list(registry.get("user").visible_to(actor).filter(pk__in=people).order_by("pk"))
    times = queries.busy(actor, found, start, end)
    free = queries.next_free(times, after=start, minutes=minutes, zone=actor.zone) if minutes and found else []
    return respond(
        {
            "people": [
                {"id": one.pk, "name": one.name, "busy": [_shown(each) for each in times[one.pk]]} for one in found
            ],
            "free": [{"start": begins, "end": ends} for begins, ends in free if ends <= end],
        }
    )


def _shown(one: queries.Busy) -> dict[str, Any]:
    meeting = {"id": one.meeting_id, "title": one.title} if one.meeting_id else None
    return {"start": one.start, "end": one.end, "maybe": one.is_maybe, "meeting": meeting}


def _people(text: str) -> list[int]:
    number = incoming.whole_number(1, LARGEST_ID)
    found = [number(part.strip()) for part in text.split(",") if part.strip()]
    if len(found) > MOST_PEOPLE:
        raise Invalid({"": [fill(_("At most %(limit)d people."), {"limit": MOST_PEOPLE})]})
    return found


def _moment(text: str) -> dt.datetime:
    """A moment; without zone it is in the caller's."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or not 1900 < found.year < 2200:
        raise Invalid({"": [_("Give a moment such as 2026-11-20T06:30:00Z.")]})
    return found if found.tzinfo else timezone.make_aware(found)


@api.post("/{str:plural}/{int:record_id}/answer")
def answer_meeting(request: HttpRequest, plural: str, record_id: int) -> HttpResponse:
    """Say whether the caller comes to a meeting to which they are asked."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    meetings = registry.get("meeting")
    meeting = meetings.visible_to(actor).filter(pk=record_id).first() if plural == meetings.plural else None
    if meeting is None:
        raise Missing()
    body = incoming.body(request)
    wrong: dict[str, Any] = {name: _("There is no such field.") for name in body.keys() - {"status"}}
    if not isinstance(body.get("status"), str):
        wrong["status"] = _("Give a text.")
    if wrong:
        raise Invalid(wrong)
    kept = services.answer_meeting(actor=actor, meeting=meeting, status=body["status"])
    return respond({"meeting": meeting.pk, "status": kept.status, "answered_at": kept.answered_at})
