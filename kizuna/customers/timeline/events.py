"""What the timeline tells the world beside the changes of its records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class TaskCompleted(Event):
    """Somebody did what was to be done."""

    phrase = _("%(who)s completed this")

    task_id: int


@dataclass(frozen=True, kw_only=True)
class TaskReopened(Event):
    """A task that had been done is to be done again."""

    phrase = _("%(who)s opened this again")

    task_id: int


@dataclass(frozen=True, kw_only=True)
class TaskSkipped(Event):
    """A day of a repeating task was left out; the task stands for its next day now, if it was this one."""

    phrase = _("%(who)s skipped a day of this")

    task_id: int
    day: dt.date


@dataclass(frozen=True, kw_only=True)
class MeetingSkipped(Event):
    """A repeating meeting does not take place on a day; it stands for its next day now, if it was this one."""

    phrase = _("%(who)s left out a day of this")

    meeting_id: int
    day: dt.date


@dataclass(frozen=True, kw_only=True)
class MeetingSetApart(Event):
    """One day of a repeating meeting has a record of its own from now on: `alone_id`."""

    phrase = _("%(who)s changed one day of this")

    meeting_id: int
    day: dt.date
    alone_id: int


@dataclass(frozen=True, kw_only=True)
class MeetingDivided(Event):
    """A repeating meeting ends before a day, and `later_id` repeats from there; `own_ids`, days from then on that had
    records of their own, are meetings by themselves."""

    phrase = _("%(who)s changed this from a day on")

    meeting_id: int
    day: dt.date
    later_id: int
    own_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class MeetingRejoined(Event):
    """A day that had a record of its own belongs to its repeating meeting again."""

    phrase = _("%(who)s took a changed day of this back")

    meeting_id: int
    day: dt.date


@dataclass(frozen=True, kw_only=True)
class TaskReminderDue(Event):
    """The owner of a task asked to be reminded of it about now. `due_at` is empty for what is due on a day."""

    task_id: int
    user_id: int
    due_on: dt.date
    due_at: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class TaskDue(Event):
    """The due moment of an open task came. What is due on a day without a time has no such moment."""

    task_id: int
    user_id: int | None
    due_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class FeedOpened(Event):
    """Somebody made a secret address for their calendar program; an earlier one no longer works."""

    feed_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class FeedRevoked(Event):
    """The secret address of somebody's calendar no longer works."""

    feed_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationAnswered(Event):
    """Somebody said whether they come to a meeting: by mail, on the page for guests, or signed in."""

    phrase = _("An invitation was answered")
    done_by = ("attendee", "attendee_id")

    attendee_id: int
    meeting_id: int
    status: str
    sent_by_mail: bool = False

    @classmethod
    def phrase_of(cls, data: Mapping[str, Any]) -> Any:
        said = {
            "accepted": _("%(who)s accepted the invitation"),
            "tentative": _("%(who)s may come"),
            "declined": _("%(who)s declined the invitation"),
        }
        return said.get(data["status"], cls.phrase)
