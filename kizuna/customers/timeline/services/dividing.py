"""A series that is otherwise from one of its days on: it ends before that day, and another one begins there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from itertools import takewhile
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.events import Touched, publish
from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.actions import action
from kizuna.base.types.repetition import from_rrule
from kizuna.customers.timeline.events import MeetingDivided
from kizuna.customers.timeline.models import Attendee, Meeting
from kizuna.customers.timeline.services.days import Reach, asked_changes, change_meeting, check_day, store
from kizuna.customers.timeline.services.meetings import locked, repeats


@action(
    label=_("Change from a day on"),
    done=_("Changed from that day on."),
    icon="calendar-event",
    when=repeats,
    asks={"day": _("From which day?"), "to": _("On another day"), "start": _("start"), "end": _("end")},
)
def change_from_day(
    *,
    actor: Any,
    meeting: Meeting,
    day: dt.date,
    to: dt.date | None = None,
    start: dt.time | None = None,
    end: dt.time | None = None,
) -> Meeting:
    """Let a meeting that repeats be at another time from one of its days on: this one, or one to come. It ends before
    that day, and a series of its own begins there, with the same guests, who are told of both. Days that were changed
    before stay as they are, each a meeting of its own."""
    policy.check(actor, "update", meeting)
    current = locked(meeting)
    check_day(current, day)
    changes = asked_changes(to, start, end)
    if day == current.series_on:
        return change_meeting(actor=actor, meeting=current, changes=changes, reach=Reach.ALL)
    return _divide(actor, current, day, changes)


def _divide(actor: Any, current: Meeting, day: dt.date, changes: Mapping[str, Any]) -> Meeting:
    alone = Meeting.objects.live().select_for_update().filter(series_uid=current.series_uid, instead_of__gte=day)
    own = list(alone.order_by("pk"))
    later = _beginning(current, day)
    _end_before(actor, current, day)
    for one in own:
        one.instead_of = one.series_uid = None
        store(actor, one)
    records.create_many(actor=SYSTEM, resource=registry.get("meeting"), records=[later])
    guests = list(Attendee.objects.live().filter(meeting=current).order_by("pk"))
    asked = [_asked(guest, later) for guest in guests]
    if asked:
        records.create_many(actor=SYSTEM, resource=registry.get("attendee"), records=asked)
    # Who knows of one of these days knows it as a part of the series: they are asked to it anew.
    Attendee.objects.filter(meeting__in=own).update(told="")
    # The end of the series is no question: what guests answered to it stays.
    Attendee.objects.live().filter(meeting=current).exclude(told="").update(told=f"{current.when}again")
    ids = tuple(one.pk for one in own)
    touched = [Touched("meeting", pk) for pk in (current.pk, later.pk, *ids)]
    publish(MeetingDivided(meeting_id=current.pk, day=day, later_id=later.pk, own_ids=ids), subjects=touched, by=actor)
    return change_meeting(actor=actor, meeting=later, changes=changes, reach=Reach.ALL)


def _beginning(current: Meeting, day: dt.date) -> Meeting:
    """The series from this day on, not stored yet."""
    assert current.series_from is not None
    rule = from_rrule(current.repeats)
    if rule.times:
        passed = sum(1 for _day in takewhile(lambda one: one < day, rule.days(current.series_from)))
        rule = replace(rule, times=rule.times - passed)
    later = current.following(day)
    later.follows_id = later.series_uid = None
    later.repeats = later.series_rule = str(rule)
    later.series_from = day
    later.left_out = sorted(one for one in {*current.left_out, *current.set_apart} if one >= day.isoformat())
    later.set_apart = []
    later.normalise()
    return later


def _end_before(actor: Any, current: Meeting, day: dt.date) -> None:
    rule = replace(from_rrule(current.repeats), until=day - dt.timedelta(days=1), times=0)
    current.repeats = current.series_rule = str(rule)
    current.left_out = [one for one in current.left_out if one < day.isoformat()]
    current.set_apart = [one for one in current.set_apart if one < day.isoformat()]
    store(actor, current)


def _asked(guest: Attendee, later: Meeting) -> Attendee:
    return Attendee(
        meeting=later,
        user_id=guest.user_id,
        contact_id=guest.contact_id,
        owner_id=guest.owner_id,
        is_required=guest.is_required,
    )
