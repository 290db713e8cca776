"""Tasks and meetings as iCalendar (RFC 5545) writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import icalendar
from django.conf import settings

from kizuna.base.types.repetition import from_rrule
from kizuna.base.types.wall import instant
from kizuna.customers.timeline.models import Attendee, Meeting, Task

PRIORITIES = {Task.Priority.URGENT: 1, Task.Priority.HIGH: 3, Task.Priority.NORMAL: 5, Task.Priority.LOW: 9}
"""Kizuna's and iCalendar's."""


def written(components: Iterable[Any], *, method: str = "", name: str = "") -> bytes:
    """A calendar of these, with the zones that they name."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Kizuna//Kizuna//EN")
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
    for component in components:
        calendar.add_component(component)
    calendar.add_missing_timezones()
    return calendar.to_ical()


def todo_of(task: Task, *, shown: Sequence[str]) -> icalendar.Todo:
    """An open task with its fields that the reader may see."""
    todo = icalendar.Todo()
    todo.add("uid", f"task-{task.pk}@{_host()}")
    _stamp(todo, task)
    todo.add("summary", task.title if "title" in shown else f"#{task.pk}")
    todo.add("url", f"{settings.PUBLIC_URL}/tasks/{task.pk}")
    todo.add("due", _local(task.due_on, task.due_time, task.due_zone))
    if "priority" in shown:
        todo.add("priority", PRIORITIES[Task.Priority(task.priority)])
    if "body" in shown and task.body:
        todo.add("description", task.body)
    return todo


SHOWN = ("title", "place", "body")


def events_of(
    meeting: Meeting,
    attendees: Sequence[Attendee] = (),
    *,
    shown: Sequence[str] = SHOWN,
    url: str = "",
    told_apart: Collection[dt.date] = (),
    series: Meeting | None = None,
) -> list[icalendar.Event]:
    """A meeting and who is asked to it; a series as a whole, with the one that stands for it if it was moved.

    `told_apart` are days of a series of which their own records tell; `series` is that to which such a record belongs.
    """
    if meeting.instead_of is not None:
        return [_instance(meeting, meeting.instead_of, series or meeting, attendees, shown, url)]
    if not meeting.repeats or meeting.series_from is None:
        return [_event(meeting, meeting.day, attendees, shown, url)]
    whole = _event(meeting, meeting.series_from, attendees, shown, url)
    whole.add("rrule", icalendar.vRecur.from_ical(_rule(meeting)))
    for day in sorted(meeting.days_left_out - set(told_apart)):
        whole.add("exdate", _local(day, meeting.start_time, meeting.zone))
    if not meeting.is_moved:
        return [whole]
    return [whole, _instance(meeting, meeting.series_on, meeting, attendees, shown, url)]


def _instance(
    meeting: Meeting,
    on: dt.date | None,
    series: Meeting,
    attendees: Sequence[Attendee],
    shown: Sequence[str],
    url: str,
) -> icalendar.Event:
    """One day of a series that is otherwise, known by when the series would have it."""
    event = _event(meeting, meeting.day, attendees, shown, url)
    event.add("recurrence-id", _local(on, series.start_time, series.zone))
    return event


def _rule(meeting: Meeting) -> str:
    """The RRULE; where there are times, UNTIL is a moment too (RFC 5545, 3.3.10)."""
    rule = from_rrule(meeting.repeats)
    if rule.until is None or meeting.is_all_day:
        return str(rule)
    last = instant(rule.until, dt.time(23, 59, 59), meeting.zone)
    return f"{rule.endless};UNTIL={last:%Y%m%dT%H%M%SZ}"


def _event(
    meeting: Meeting, day: dt.date, attendees: Sequence[Attendee], shown: Sequence[str], url: str
) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", uid_of(meeting))
    _stamp(event, meeting)
    event.add("sequence", sequence_of(meeting))
    event.add("summary", meeting.title if "title" in shown else f"#{meeting.pk}")
    event.add("dtstart", _local(day, meeting.start_time, meeting.zone))
    last = day + meeting.length
    event.add(
        "dtend",
        last + dt.timedelta(days=1) if meeting.is_all_day else _local(last, meeting.end_time, meeting.zone),
    )
    for name, word in (("place", "location"), ("body", "description")):
        if name in shown and getattr(meeting, name):
            event.add(word, getattr(meeting, name))
    if url:
        event.add("url", url)
    if attendees and meeting.owner:
        organiser = icalendar.vCalAddress(f"mailto:{meeting.owner.email}")
        organiser.params["CN"] = meeting.owner.name
        event.add("organizer", organiser)
    for attendee in attendees:
        if attendee.email:
            event.add("attendee", _address(attendee))
    return event


def sequence_of(meeting: Meeting) -> int:
    """Grows with every change; in a series from one record to the next, too: seconds since 2020 leave room for both."""
    if meeting.series_uid is None:
        return meeting.version - 1
    return int((meeting.updated_at - _FIRST).total_seconds())


_FIRST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def uid_of(meeting: Meeting) -> str:
    """The same in every message about a meeting."""
    return f"{meeting.series_uid or meeting.uid}@{_host()}"


def _address(attendee: Attendee) -> icalendar.vCalAddress:
    address = icalendar.vCalAddress(f"mailto:{attendee.email}")
    address.params["CN"] = attendee.name
    address.params["ROLE"] = "REQ-PARTICIPANT" if attendee.is_required else "OPT-PARTICIPANT"
    address.params["PARTSTAT"] = attendee.status.upper()
    address.params["RSVP"] = "TRUE"
    return address


def _stamp(component: Any, record: Task | Meeting) -> None:
    component.add("dtstamp", record.updated_at.astimezone(dt.UTC))
    component.add("last-modified", record.updated_at.astimezone(dt.UTC))


def _local(day: dt.date | None, clock: dt.time | None, zone: str) -> dt.date:
    """A day, or what the clock shows there."""
    assert day
    return day if clock is None else dt.datetime.combine(day, clock, ZoneInfo(zone))


def _host() -> str:
    return urlsplit(settings.PUBLIC_URL).hostname or "localhost"
