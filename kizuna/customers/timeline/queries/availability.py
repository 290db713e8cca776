"""When people are busy, and when all of them are free: times without the meetings that take them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from kizuna.base.access import policy
from kizuna.base.identity.models import User
from kizuna.base.types.errors import Denied
from kizuna.base.types.wall import instant, start_of
from kizuna.customers.timeline.models import Attendee, Meeting

DAY = dt.timedelta(days=1)
OPENS, CLOSES = dt.time(9), dt.time(18)
STEP = dt.timedelta(minutes=15)
LOOK_AHEAD = 28


@dataclass(frozen=True)
class Busy:
    """A time that somebody's meeting takes. `title` and `meeting_id` only for those who see the meeting; `is_maybe`
    where they have not said yes."""

    start: dt.datetime
    end: dt.datetime
    is_maybe: bool
    meeting_id: int | None = None
    title: str = ""


Times = dict[int, list[Busy]]


def busy(
    actor: Any, people: Collection[User], start: dt.datetime, end: dt.datetime, *, besides: int | None = None
) -> Times:
    """The times that meetings take of each person between two moments, in order; four queries for any number of people.

    That somebody is busy may be seen by whoever may arrange meetings; with whom and why, by who sees the meeting.
    Series count on all their days. A meeting of whole days takes the days of the person's own zone. `besides` is a
    meeting that does not count. Raises Denied.
    """
    permissions = policy.permissions_of(actor)
    if not (permissions.can("meeting", "read") or permissions.can("meeting", "create")):
        raise Denied()
    zones = {person.pk: person.zone for person in people}
    asked = [one for one in _asked(list(zones), start, end) if one.meeting_id != besides]
    meetings = {one.meeting_id: one.meeting for one in asked}
    meetings |= (
        Meeting.objects.live().filter(_near("", start, end), owner_id__in=zones).exclude(pk=besides or 0).in_bulk()
    )
    followed = set(Meeting.objects.filter(follows_id__in=meetings).values_list("follows_id", flat=True))
    seen = set(Meeting.objects.visible_to(actor).filter(pk__in=meetings).values_list("pk", flat=True))
    is_named = permissions.readable("meeting", "title")
    answers = {(one.user_id, one.meeting_id): one.status for one in asked}
    times: Times = {person: [] for person in zones}
    for meeting in meetings.values():
        for person in zones.keys() & {meeting.owner_id, *(user for user, pk in answers if pk == meeting.pk)}:
            status = answers.get((person, meeting.pk), Attendee.Status.ACCEPTED)
            if status == Attendee.Status.DECLINED:
                continue
            is_seen = meeting.pk in seen
            said = (meeting.pk if is_seen else None, meeting.title if is_seen and is_named else "")
            for begins, ends in _spans(meeting, zones[person], start, end, goes_on=meeting.pk not in followed):
                times[person].append(Busy(begins, ends, status != Attendee.Status.ACCEPTED, *said))
    return {person: sorted(found, key=lambda one: (one.start, one.end)) for person, found in times.items()}


def colleagues_at(actor: Any, meeting: Meeting) -> list[int]:
    """The colleagues who are asked to a meeting, as far as the actor sees it, in the order in which they were."""
    rows = Attendee.objects.visible_to(actor).filter(meeting_id=meeting.pk, user__isnull=False)
    return list(rows.order_by("pk").values_list("user_id", flat=True))


def _near(prefix: str, start: dt.datetime, end: dt.datetime) -> Q:
    """Meetings that may touch a time, whichever zone their whole days are in; series that began before its end."""
    late_enough = Q(**{f"{prefix}ends_at__gt": start - DAY}) | ~Q(**{f"{prefix}repeats": ""})
    return Q(**{f"{prefix}starts_at__lt": end + DAY}) & late_enough


def _asked(people: Sequence[int], start: dt.datetime, end: dt.datetime) -> list[Attendee]:
    rows = Attendee.objects.live().filter(user_id__in=people, meeting__deleted_at=None)
    return list(rows.filter(_near("meeting__", start, end)).select_related("meeting"))


def _spans(
    meeting: Meeting, zone: ZoneInfo, start: dt.datetime, end: dt.datetime, *, goes_on: bool
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The times between two moments that a meeting takes of somebody, on the days to come of its series too."""
    first, last = (start - meeting.length - 2 * DAY).date(), (end + DAY).date()
    days = [meeting.day]
    if goes_on:
        days += takewhile(lambda day: day <= last, meeting.days_after(first))
    for day in days:
        begins, ends = _span(meeting, day, zone)
        if begins < end and ends > start:
            yield begins, ends


def _span(meeting: Meeting, day: dt.date, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    last = day + meeting.length
    if meeting.start_time is None or meeting.end_time is None:
        return start_of(day, zone), start_of(last + DAY, zone)
    return instant(day, meeting.start_time, meeting.zone), instant(last, meeting.end_time, meeting.zone)


def next_free(
    times: Mapping[int, Iterable[Busy]], *, after: dt.datetime, minutes: int, zone: ZoneInfo, most: int = 3
) -> list[tuple[dt.datetime, dt.datetime]]:
    """The first times, at most one per half day, at which nobody is busy: on workdays between nine and six."""
    length = dt.timedelta(minutes=minutes)
    taken = sorted((one.start, one.end) for each in times.values() for one in each)
    found: list[tuple[dt.datetime, dt.datetime]] = []
    day = after.astimezone(zone).date()
    for _day in range(LOOK_AHEAD):
        if day.weekday() < 5:
            found += _free_on(day, taken, after, length, zone)
        if len(found) >= most:
            break
        day += DAY
    return found[:most]


def _free_on(
    day: dt.date,
    taken: Sequence[tuple[dt.datetime, dt.datetime]],
    after: dt.datetime,
    length: dt.timedelta,
    zone: ZoneInfo,
) -> list[tuple[dt.datetime, dt.datetime]]:
    """The first free time of the morning and that of the afternoon."""
    noon = dt.datetime.combine(day, dt.time(13), zone)
    opens, closes = dt.datetime.combine(day, OPENS, zone), dt.datetime.combine(day, CLOSES, zone)
    found = []
    for begin, end in ((opens, noon), (noon, closes)):
        start = max(begin, _rounded(after, zone))
        while start < end and start + length <= closes:
            clash = next((until for since, until in taken if since < start + length and until > start), None)
            if clash is None:
                found.append((start, start + length))
                break
            start = _rounded(clash, zone)
    return found


def _rounded(moment: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The next quarter of an hour on the clock there."""
    local = moment.astimezone(zone)
    over = dt.timedelta(minutes=local.minute % 15, seconds=local.second, microseconds=local.microsecond)
    return local + (STEP - over) if over else local
