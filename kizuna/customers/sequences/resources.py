"""Sequences, their steps, who is in them, and mail drafts as every screen, API call and import sees them."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.resources import fields, registry
from kizuna.base.resources.lines import Lines
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.registry import register
from kizuna.base.resources.resource import Resource, Section
from kizuna.base.types.names import PersonName
from kizuna.customers.contacts.resources import ContactName
from kizuna.customers.leads.resources import LeadName
from kizuna.customers.sequences import services
from kizuna.customers.sequences.models import Enrolment, MailDraft, Sequence, SequenceStep

Status, Reason = Enrolment.Status, Enrolment.Reason
STATUS_TONES = {Status.RUNNING: "info", Status.PAUSED: "warn", Status.FINISHED: "good"}
DRAFT_TONES = {MailDraft.Status.WAITING: "warn", MailDraft.Status.SENT: "good", MailDraft.Status.SENDING: "info"}


@register
class Sequences(Resource):
    model = Sequence
    purpose = _("Mails, calls and tasks that follow each other until the customer answers")
    icon = "list-numbers"
    group = "sales"
    composites = (fields.Relation("purpose", _("purpose of its mails"), target="purpose", required=True),)
    columns = ("name", "purpose", "is_active", "owner", "updated_at")
    facts = ("purpose", "is_active", "owner", "updated_at")
    sort = "-updated_at"
    search = ("name", "about")
    match_keys = ("name",)
    lines = Lines(
        "sequencestep.sequence",
        columns=("subject", "kind", "wait_days", "wait_hours"),
        asks=("kind", "subject", "wait_days"),
        when=lambda sequence: not sequence.is_deleted,
    )
    sections = (Section(_("Sequence"), "name", "about", "purpose", "is_active", "owner"),)


@register
class SequenceSteps(Resource):
    model = SequenceStep
    purpose = _("What is done at each step of a sequence, and in which words")
    icon = "list-numbers"
    title = "subject"
    columns = ("subject", "sequence", "kind", "wait_days", "wait_hours", "position")
    facts = ("sequence", "kind", "wait_days", "wait_hours")
    subtitle = ("sequence",)
    sort = "position"
    sections = (
        Section(_("Step"), "sequence", "kind", "wait_days", "wait_hours", "position"),
        Section(_("Words"), "subject", "body"),
    )


class Who(fields.Field):
    """The person, by name: the contact, else the lead."""

    def __init__(self, name: str, label: Any) -> None:
        super().__init__(name, label, editable=False, sortable=False)
        self._contact, self._lead = ContactName("name", label), LeadName("name", label)

    @property
    def paths(self) -> tuple[str, ...]:
        contact = (f"contact__{path}" for path in self._contact.paths)
        return ("contact_id", *contact, *(f"lead__{path}" for path in self._lead.paths))

    def value(self, columns: Seq[Any]) -> PersonName:
        known, *rest = columns
        here = len(self._contact.paths)
        parts, field = (rest[:here], self._contact) if known else (rest[here:], self._lead)
        return field.value([part or "" for part in parts])

    def read(self, record: Any) -> PersonName:
        if record.contact is not None:
            return self._contact.read(record.contact)
        return self._lead.read(record.lead) if record.lead is not None else PersonName()

    def to_text(self, value: PersonName, reader: Reader) -> str:
        return value.display(reader.name_order)

    def to_json(self, value: PersonName) -> str:
        return value.display()

    def cell(self, value: PersonName, reader: Reader) -> fields.Cell:
        words = self.to_text(value, reader)
        return {"kind": "name", "text": words, "reading": "", "lang": value.lang, "initials": value.initials}

    def condition(self) -> None:
        return None


@register
class Enrolments(Resource):
    model = Enrolment
    purpose = _("Who goes through which sequence, and how far they are")
    icon = "users"
    title = "who"
    is_person = True
    composites = (
        Who("who", _("person")),
        fields.Choice("status", _("status"), choices=Status.choices, editable=False, tones=STATUS_TONES),
        fields.Choice("reason", _("reason"), choices=Enrolment.Reason.choices, editable=False),
    )
    exclude = ("plan", "about_resource", "about_id")
    read_only = ("sequence", "contact", "lead", "reason", "number", "due_at", "ended_at")
    operations = ("read", "update", "bulk", "export", "share")
    columns = ("who", "sequence", "status", "reason", "number", "due_at", "owner", "created_at")
    facts = ("sequence", "status", "reason", "number", "due_at", "contact", "lead", "owner")
    subtitle = ("sequence",)
    sort = "-created_at"
    board_by = "status"
    sections = (Section(_("Enrolment"), "owner"),)
    actions = (services.pause_enrolment, services.resume_enrolment, services.stop_enrolment)


@register
class MailDrafts(Resource):
    model = MailDraft
    purpose = _("Mails that wait to be read, mended and sent")
    icon = "mail"
    group = "sales"
    title = "subject"
    composites = (
        fields.Choice("status", _("status"), choices=MailDraft.Status.choices, editable=False, tones=DRAFT_TONES),
        fields.Relation("purpose", _("purpose"), target="purpose", required=True),
    )
    exclude = ("handed_at",)
    read_only = ("wanted_at", "sent_at", "sent_to", "sent_by")
    operations = ("read", "create", "update", "delete", "bulk", "export", "share")
    columns = ("subject", "contact", "lead", "status", "owner", "wanted_at", "sent_at")
    facts = ("contact", "lead", "status", "purpose", "wanted_at", "sent_at", "sent_to", "sent_by")
    sort = "-wanted_at"
    search = ("subject", "body")
    board_by = "status"
    sections = (Section(_("Mail"), "contact", "lead", "subject", "body", "purpose", "owner"),)
    actions = (services.send_draft, services.discard_draft)

    def complete(self, record: Any) -> None:
        services.complete_draft(record)


registry.extend("contact", actions=(services.enrol_contact,))
registry.extend("lead", actions=(services.enrol_lead,))
