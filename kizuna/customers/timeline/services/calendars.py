"""Tasks and meetings as iCalendar (RFC 5545) writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import icalendar
from django.conf import settings

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
    todo.add("summary", task.title)
    todo.add("url", f"{settings.PUBLIC_URL}/tasks/{task.pk}")
    todo.add("due", _local(task.due_on, task.due_time, task.due_zone))
    if "priority" in shown:
        todo.add("priority", PRIORITIES[Task.Priority(task.priority)])
    if "body" in shown and task.body:
        todo.add("description", task.body)
    return todo


def event_of(
    meeting: Meeting, attendees: Sequence[Attendee] = (), *, shown: Sequence[str] = ("place", "body"), url: str = ""
) -> icalendar.Event:
    """A meeting and who is asked to it."""
    event = icalendar.Event()
    event.add("uid", uid_of(meeting))
    _stamp(event, meeting)
    event.add("sequence", meeting.version - 1)
    event.add("summary", meeting.title)
    event.add("dtstart", _local(meeting.day, meeting.start_time, meeting.zone))
    last = meeting.last_day or meeting.day
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


def uid_of(meeting: Meeting) -> str:
    """The same in every message about a meeting."""
    return f"{meeting.uid}@{_host()}"


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
