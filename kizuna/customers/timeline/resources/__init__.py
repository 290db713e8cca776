"""Interactions, notes, tasks and meetings as every screen, API call and import sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.resources.fields import Cell, Choice, Field, Registered
from kizuna.base.resources.fields.clocks import Reminders, Repeats, Time, TimeOfDay
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.registry import register
from kizuna.base.resources.resource import Resource, Section, Starter, TimelineEntry
from kizuna.base.types import text
from kizuna.base.types.names import PersonName
from kizuna.customers.contacts.models import channels
from kizuna.customers.contacts.resources import ContactName
from kizuna.customers.timeline import queries, services
from kizuna.customers.timeline.models import Attendee, Interaction, Meeting, Note, Task, kinds
from kizuna.customers.timeline.models.tasks import REMINDERS
from kizuna.customers.timeline.resources.interaction_fields import (
    KindOfTouch,
    Source,
    WhatWasSaid,
    badge_of,
    detail_of,
    follow_words,
    icon_of,
    phrase_of,
)


def pin_of(note: Note) -> dict[str, Any] | None:
    """The badge of a note that everybody must see."""
    return {"text": _("Everybody must know"), "tone": "warn", "icon": "pin"} if note.is_pinned else None


@register
class Notes(Resource):
    model = Note
    purpose = _("What you want to remember of a customer")
    icon = "note"
    group = "customers"
    title = "title"
    columns = ("title", "contact", "company", "owner", "created_at")
    sort = "-created_at"
    search = ("body",)
    sections = (Section(_("Note"), "body", "is_pinned", "contact", "company"),)
    actions = (services.pin_note, services.unpin_note)
    timeline = TimelineEntry(body="body", phrase=_("%(who)s wrote a note"), badge=pin_of)
    quick = ("is_pinned",)
    prompt = _("Write a note")


@register
class Interactions(Resource):
    model = Interaction
    purpose = _("Every call, talk, letter and message with a customer")
    icon = "messages"
    group = "customers"
    title = "subject"
    composites = (
        KindOfTouch("kind", _("kind"), source=kinds.choices, default=kinds.CALL.code),
        Registered(
            "channel", _("channel"), source=channels.choices, default="", help=_("Empty: the usual one of its kind.")
        ),
        Choice(
            "direction",
            _("direction"),
            choices=channels.DIRECTIONS,
            default="",
            help=_("Empty: as is usual for its kind."),
        ),
        WhatWasSaid("body", _("what was said"), default=""),
        Source("source", _("source")),
    )
    exclude = ("source_resource", "source_id")
    columns = ("subject", "kind", "direction", "contact", "company", "handled_by", "happened_at", "outcome")
    facts = ("kind", "direction", "happened_at", "handled_by", "outcome")
    sort = "-happened_at"
    board_by = "channel"
    calendar_by = "happened_at"
    search = ("subject", "body", "campaign")
    sections = (
        Section(_("Interaction"), "kind", "direction", "contact", "company", "happened_at", "minutes", "outcome"),
        Section(_("What was said"), "subject", "body"),
        Section(_("More"), "handled_by", "owner", "channel", "value", "campaign"),
    )
    timeline = TimelineEntry(
        body="body",
        phrase=phrase_of,
        at="happened_at",
        by="handled_by",
        icon=icon_of,
        badge=badge_of,
        detail=detail_of,
        needs=("contact",),
        facets=("channel", "direction", "kind"),
        reach={"company": queries.with_company, "household": queries.with_household},
    )
    quick = ("kind", "direction", "minutes", "outcome", "happened_at")
    prompt = _("What was said, by telephone, in the shop or by letter?")
    starters = tuple(
        Starter(label, kind.icon, {"kind": kind.code})
        for kind, label in (
            (kinds.CALL, _("Log a call")),
            (kinds.TALK, _("Log a talk in person")),
            (kinds.LETTER, _("Log a letter")),
            (kinds.SMS, _("Log a text message")),
            (kinds.MAIL, _("Log an e-mail")),
        )
    )

    def complete(self, record: Interaction) -> None:
        KindOfTouch.follow_channel(record)
        follow_words(record)


def state_of(task: Task) -> dict[str, Any] | None:
    """The badge of a task: done, late or neither."""
    if task.is_done:
        return {"text": _("Done"), "tone": "good", "icon": "check"}
    if task.is_late(timezone.now(), timezone.localdate()):
        return {"text": _("Late"), "tone": "bad", "icon": "clock"}
    return None


@register
class Tasks(Resource):
    model = Task
    purpose = _("What is to be done, by whom and by when")
    icon = "checkbox"
    group = "top"
    title = "title"
    composites = (
        TimeOfDay("due_time", _("due time"), zone_path="due_zone"),
        Choice(
            "priority",
            _("priority"),
            choices=Task.Priority.choices,
            default=Task.Priority.NORMAL,
            tones={Task.Priority.HIGH: "warn", Task.Priority.URGENT: "bad"},
        ),
        Repeats(
            "repeats", _("repetition"), help=_("For example: every week, or every 2 weeks on Monday and Thursday.")
        ),
        Reminders("reminders", _("reminders"), choices=REMINDERS),
    )
    exclude = ("due_zone", "series_rule", "series_from", "series_on", "left_out", "follows", "next_alarm_at")
    columns = ("title", "due_on", "due_time", "priority", "contact", "company", "owner", "done_at")
    facts = ("owner", "due_on", "due_time", "priority", "done_at")
    sort = "to_do_on"
    board_by = "priority"
    calendar_by = "due_on"
    due = "to_do_on"
    search = ("title", "body")
    sections = (
        Section(_("Task"), "title", "body", "due_on", "due_time", "priority", "contact", "company", "owner"),
        Section(_("Again, and reminders"), "repeats", "reminders"),
    )
    actions = (
        services.complete_task,
        services.snooze_task,
        services.skip_task,
        services.end_series,
        services.reopen_task,
    )
    timeline = TimelineEntry(body="title", phrase=_("%(who)s added a task"), weight="did", badge=state_of)
    quick = ("due_on", "priority", "owner")
    prompt = _("What is to be done?")


def answer_of(meeting: Meeting) -> dict[str, Any] | None:
    """The badge of a meeting: that it is still to come."""
    return {"text": _("To come"), "tone": "info", "icon": "clock"} if meeting.ends_at > timezone.now() else None


@register
class Meetings(Resource):
    model = Meeting
    purpose = _("When you meet customers and colleagues, and where")
    icon = "calendar"
    group = "top"
    title = "title"
    composites = (
        TimeOfDay(
            "start_time", _("start"), zone_path="zone", help=_("Leave both times empty for a meeting of whole days.")
        ),
        Time("end_time", _("end")),
        Repeats(
            "repeats", _("repetition"), help=_("For example: every week, or every 2 weeks on Monday and Thursday.")
        ),
    )
    exclude = (
        "zone", "uid", "series_uid", "series_rule", "series_from", "series_on", "left_out", "follows", "set_apart",
        "instead_of",
    )  # fmt: skip
    columns = ("title", "day", "start_time", "end_time", "contact", "company", "place", "owner")
    facts = ("owner", "day", "start_time", "end_time", "place")
    sort = "-starts_at"
    search = ("title", "place", "body")
    sections = (
        Section(_("Meeting"), "title", "day", "start_time", "end_time", "last_day", "repeats", "place", "body"),
        Section(_("About"), "contact", "company", "owner"),
    )
    timeline = TimelineEntry(
        body="title", phrase=_("%(who)s arranged a meeting"), at="starts_at", weight="did", badge=answer_of
    )
    actions = (
        services.log_meeting,
        services.skip_meeting,
        services.change_one_day,
        services.change_from_day,
        services.rejoin_series,
        services.end_meetings,
    )
    quick = ("day", "start_time", "end_time", "place")
    prompt = _("What is the meeting about?")


class Guest(Field):
    """Who is asked to a meeting, by their own name. Seen by who sees them (`policies`)."""

    def __init__(self, name: str, label: Any) -> None:
        super().__init__(name, label, editable=False, sortable=False)
        self._contact = ContactName("name", label)

    @property
    def paths(self) -> tuple[str, ...]:
        return ("user__name", *(f"contact__{path}" for path in self._contact.paths))

    def value(self, columns: Sequence[Any]) -> str | PersonName:
        colleague, *parts = columns
        return colleague or self._contact.value([part or "" for part in parts])

    def read(self, record: Any) -> str | PersonName:
        return record.user.name if record.user else self._contact.read(record.contact)

    def to_text(self, value: str | PersonName, reader: Reader) -> str:
        return value if isinstance(value, str) else value.display(reader.name_order)

    def to_json(self, value: str | PersonName) -> str:
        return str(value)

    def cell(self, value: str | PersonName, reader: Reader) -> Cell:
        words = self.to_text(value, reader)
        return {"kind": "name", "text": words, "reading": "", "lang": "", "initials": text.initials(words)}

    def condition(self) -> None:
        return None


@register
class Attendees(Resource):
    model = Attendee
    icon = "users"
    title = "guest"
    exclude = ("name", "email", "key", "told")
    columns = ("guest", "meeting", "status", "is_required", "answered_at")
    facts = ("meeting", "status", "is_required", "answered_at")
    sort = "-created_at"
    sections = (Section(_("Attendee"), "meeting", "user", "contact", "is_required", "status"),)
    composites = (
        Guest("guest", _("attendee")),
        Choice(
            "status",
            _("answer"),
            choices=Attendee.Status.choices,
            default=Attendee.Status.NEEDS_ACTION,
            tones={"accepted": "good", "declined": "bad", "tentative": "warn"},
        ),
    )
