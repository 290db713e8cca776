"""Meetings that come again and again: the next one, one that is left out, and the last one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Change, Touched, publish
from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.actions import action
from kizuna.base.types.errors import Missing, Refused
from kizuna.customers.timeline import queries
from kizuna.customers.timeline.events import MeetingSkipped
from kizuna.customers.timeline.models import Attendee, Meeting

BATCH = 200


def repeats(meeting: Meeting) -> bool:
    return bool(meeting.repeats) and meeting.ends_at > timezone.now()


@action(
    label=_("Leave out a day"),
    done=_("That day is left out."),
    icon="chevron-right",
    when=repeats,
    asks={"day": _("Which day? (empty: this one)")},
)
def skip_meeting(*, actor: Any, meeting: Meeting, day: dt.date | None = None) -> Meeting:
    """Let a meeting that repeats not take place on a day: this one, or one to come. Guests are told."""
    current = locked(meeting)
    if not current.repeats or current.series_on is None:
        raise Refused(_("This does not repeat."))
    day = day or current.series_on
    if day < current.series_on:
        raise Refused(_("That day is over."))
    before = current.day
    current.leave_out(day)
    if day == current.series_on:
        following = current.next_day()
        if following is None:
            raise Refused(_("This is the last one. Delete it, or end the series."))
        current.move_on(following)
    current.version += 1
    current.updated_at, current.updated_by_id = timezone.now(), actor.pk
    current.normalise()
    current.save()
    changes = {} if before == current.day else {"day": Change(before.isoformat(), current.day.isoformat())}
    publish(
        MeetingSkipped(meeting_id=current.pk, day=day), subjects=[Touched("meeting", current.pk, changes)], by=actor
    )
    return current


@action(label=_("End the series"), done=_("The series is ended."), icon="x", when=repeats)
def end_meetings(*, actor: Any, meeting: Meeting) -> Meeting:
    """Let the meeting come no more after this one. Guests are told."""
    return records.update(actor=actor, record=meeting, changes={"repeats": ""})  # type: ignore[return-value]


@transaction.atomic
def ask_colleagues(*, actor: Any, meeting: Meeting, asked: Collection[int], not_asked: Collection[int] = ()) -> None:
    """Ask these colleagues to a meeting, and those no longer; who is asked already, or was not, stays so."""
    rows = Attendee.objects.live().filter(meeting=meeting)
    for attendee in rows.filter(user_id__in=not_asked):
        records.delete(actor=actor, record=attendee)
    here = {meeting.owner_id, *rows.filter(user_id__in=asked).values_list("user_id", flat=True)}
    for user_id in sorted(set(asked) - here):
        values = {"meeting": meeting.pk, "user": user_id}
        records.create(actor=actor, resource=registry.get("attendee"), values=values)


def locked(meeting: Meeting) -> Meeting:
    """The row as it is now, until the transaction ends. Raises Missing."""
    current = Meeting.objects.live().select_for_update().filter(pk=meeting.pk).first()
    if current is None:
        raise Missing()
    return current


def continue_series(*, now: dt.datetime | None = None) -> int:
    """Make the next meeting of every series whose latest is over, with the same guests, who know of it already;
    answers how many. Twice at once makes each once."""
    now = now or timezone.now()
    over = Meeting.objects.live().exclude(repeats="").filter(queries.is_last_of_series(), ends_at__lt=now)
    made, last = 0, 0
    while found := list(over.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        last = found[-1]
        made += sum(_continue(pk, now) for pk in found)
    return made


@transaction.atomic
def _continue(meeting_id: int, now: dt.datetime) -> bool:
    meeting = Meeting.objects.live().select_for_update().filter(pk=meeting_id).first()
    if meeting is None or Meeting.objects.filter(follows_id=meeting_id).exists():
        return False
    day = meeting.next_day(after=now.astimezone(dt.UTC).date() - dt.timedelta(days=1))
    if day is None:
        return False
    following = meeting.following(day)
    records.create_many(actor=SYSTEM, resource=registry.of(meeting), records=[following])
    guests = list(Attendee.objects.live().filter(meeting=meeting).order_by("pk"))
    copies = [asked_again(guest, meeting, following) for guest in guests]
    if copies:
        records.create_many(actor=SYSTEM, resource=registry.get("attendee"), records=copies)
    return True


def asked_again(guest: Attendee, before: Meeting, following: Meeting) -> Attendee:
    """A guest of the next one: they were told of all of the series, and what they answered was for all of it."""
    return Attendee(
        meeting=following,
        user_id=guest.user_id,
        contact_id=guest.contact_id,
        owner_id=guest.owner_id,
        is_required=guest.is_required,
        status=guest.status,
        answered_at=guest.answered_at,
        told=following.gist if guest.told == before.gist else guest.told,
    )
