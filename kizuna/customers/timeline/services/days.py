"""One day of a series that is otherwise, and a change that is for all days to come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import takewhile
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.events import Touched, publish
from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.actions import action
from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Refused, Stale
from kizuna.base.types.repetition import from_rrule
from kizuna.customers.timeline.events import MeetingRejoined, MeetingSetApart
from kizuna.customers.timeline.models import Attendee, Meeting
from kizuna.customers.timeline.services.meetings import asked_again, locked, repeats


class Reach(models.TextChoices):
    ONE = "one", _("Only this one")
    ALL = "all", _("This and all that follow")


def reaches_of(meeting: Meeting) -> list[tuple[str, Any]]:
    """How far a change of a meeting may go; nothing where it stands for itself alone."""
    return list(Reach.choices) if repeats(meeting) else []


@transaction.atomic
def change_meeting(
    *, actor: Any, meeting: Meeting, changes: Mapping[str, Any], reach: str, version: int | None = None
) -> Meeting:
    """Change the meeting that a series stands for now: it alone, or it and all that follow, whose rhythm goes along to
    another day. Answers the record that was changed: one of its own where it is alone and others follow.

    Raises as `records.update` does, and Refused for another repetition of one day.
    """
    current = locked(meeting)
    given = dict(changes)
    if current.repeats and reach == Reach.ALL:
        given = _with_the_rhythm(actor, current, given)
    elif current.repeats and _is_another_rule(actor, current, given):
        raise Refused(_("Another repetition is for all that follow: choose that, or leave the repetition as it is."))
    elif reach == Reach.ONE and current.next_day() is not None:
        if version is not None and current.version != version:
            raise Stale(current)
        given.pop("repeats", None)
        current, version = _set_apart(actor, current, current.series_on), None
    return records.update(actor=actor, record=current, changes=given, version=version)  # type: ignore[return-value]


def _is_another_rule(actor: Any, meeting: Meeting, given: Mapping[str, Any]) -> bool:
    field = registry.get("meeting").fields["repeats"]
    if "repeats" not in given:
        return False
    return bool(field.parse(given["repeats"], Reader.of(actor)) != field.read(meeting))


def _with_the_rhythm(actor: Any, meeting: Meeting, given: dict[str, Any]) -> dict[str, Any]:
    """Another day is another day of the week, or of the month, for all that follow; what took place before counts."""
    day = registry.get("meeting").fields["day"].parse(given.get("day", meeting.day), Reader.of(actor))
    if day is None or day == meeting.day or _is_another_rule(actor, meeting, given):
        return given
    rule, on = from_rrule(meeting.repeats), meeting.series_on
    assert on is not None
    assert meeting.series_from is not None
    passed = sum(1 for _day in takewhile(lambda one: one < on, rule.days(meeting.series_from))) if rule.times else 0
    return given | {"repeats": str(rule.shifted(on, day, passed=passed))}


@action(
    label=_("Change one day"),
    done=_("This day is changed."),
    icon="calendar",
    when=repeats,
    asks={"day": _("Which day?"), "to": _("On another day"), "start": _("start"), "end": _("end")},
)
def change_one_day(
    *,
    actor: Any,
    meeting: Meeting,
    day: dt.date,
    to: dt.date | None = None,
    start: dt.time | None = None,
    end: dt.time | None = None,
) -> Meeting:
    """Let a meeting that repeats be at another time on one of its days: this one, or one to come. It becomes a meeting
    of its own, that can be changed further; guests are told."""
    policy.check(actor, "update", meeting)
    current = locked(meeting)
    check_day(current, day)
    if day == current.series_on and current.next_day() is None:
        raise Refused(_("This is the last one: change it itself."))
    alone = _set_apart(actor, current, day)
    return records.update(actor=actor, record=alone, changes=asked_changes(to, start, end))  # type: ignore[return-value]


def check_day(current: Meeting, day: dt.date) -> None:
    """Raise Refused unless the series takes place on this day, the one that it stands for or one to come."""
    if not current.repeats or current.series_on is None:
        raise Refused(_("This does not repeat."))
    if day != current.series_on and current.next_day(after=max(day - dt.timedelta(days=1), current.series_on)) != day:
        raise Refused(_("It does not take place on that day."))


def asked_changes(to: dt.date | None, start: dt.time | None, end: dt.time | None) -> dict[str, Any]:
    """What somebody asked for, as fields."""
    clocks = {"start_time": start, "end_time": end}
    changes: dict[str, Any] = {name: f"{clock:%H:%M}" for name, clock in clocks.items() if clock is not None}
    return changes | ({"day": to} if to else {})


def _set_apart(actor: Any, current: Meeting, day: dt.date | None) -> Meeting:
    """The record of one day, with the guests of the series, who know of it as a part of that."""
    assert day is not None
    policy.check(actor, "update", current)
    alone = current.alone(day)
    current.set_apart = sorted({*current.set_apart, day.isoformat()})
    if day == current.series_on and (following := current.next_day()) is not None:
        current.move_on(following)
    store(actor, current)
    records.create_many(actor=SYSTEM, resource=registry.get("meeting"), records=[alone])
    copies = [asked_again(guest, current, alone) for guest in Attendee.objects.live().filter(meeting=current)]
    if copies:
        records.create_many(actor=SYSTEM, resource=registry.get("attendee"), records=copies)
    said = MeetingSetApart(meeting_id=current.pk, day=day, alone_id=alone.pk)
    publish(said, subjects=[Touched("meeting", current.pk), Touched("meeting", alone.pk)], by=actor)
    return alone


def is_alone(meeting: Meeting) -> bool:
    return meeting.instead_of is not None and meeting.ends_at > timezone.now()


@action(label=_("Back into the series"), done=_("Back in the series."), icon="arrow-left", when=is_alone)
def rejoin_series(*, actor: Any, meeting: Meeting) -> Meeting:
    """Take back that a day of a series has a record of its own: the series takes place on it again. Guests are told."""
    policy.check(actor, "delete", meeting)
    alone = locked(meeting)
    day = alone.instead_of
    series = series_of(alone)
    if day is None or series is None:
        raise Refused(_("This is no day of a series."))
    policy.check(actor, "update", series)
    current = locked(series)
    current.set_apart = [one for one in current.set_apart if one != day.isoformat()]
    if current.series_on and day < current.series_on and not current.is_moved and day >= timezone.localdate():
        current.move_on(day)
    store(actor, current)
    Attendee.objects.filter(meeting=alone).update(told="")  # they hear of the series anew, and of no cancellation
    for guest in Attendee.objects.live().filter(meeting=current).exclude(told=""):
        Attendee.objects.filter(pk=guest.pk).update(told=f"{guest.told[:16]}again")
    records.delete(actor=actor, record=alone)
    said = MeetingRejoined(meeting_id=current.pk, day=day)
    publish(said, subjects=[Touched("meeting", current.pk)], by=actor)
    return current


def series_of(alone: Meeting) -> Meeting | None:
    """The record that stands for the series of which this is a day."""
    rows = Meeting.objects.live().filter(series_uid=alone.series_uid, instead_of=None).exclude(pk=alone.pk)
    return rows.exclude(repeats="").order_by("-pk").first() if alone.series_uid else None


def store(actor: Any, current: Meeting) -> None:
    """Keep a meeting of which something changed that is no field of its form."""
    current.version += 1
    current.updated_at, current.updated_by_id = timezone.now(), actor.pk
    current.normalise()
    current.save()
