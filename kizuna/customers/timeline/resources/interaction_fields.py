"""Fields of interactions that read the registries, and how an interaction is told in a timeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from kizuna.base.access import policy
from kizuna.base.resources.fields import EMPTY, Cell, Field, LongText, Registered
from kizuna.base.resources.reader import Reader
from kizuna.base.types.refs import RecordRef
from kizuna.customers.contacts.models import channels
from kizuna.customers.timeline.models import Interaction, kinds
from kizuna.customers.timeline.models.interactions import Outcome

TONES: dict[str, str] = {
    Outcome.AGREED: "good",
    Outcome.NO_ANSWER: "warn",
    Outcome.CALL_BACK: "warn",
    Outcome.REFUSED: "bad",
}


def remember_usual_subject(record: Interaction) -> None:
    """To be called before what the usual subject is made of changes; `follow_words` needs it."""
    if not record._state.adding and record._usual_before is None:
        record._usual_before = record.usual_subject


def follow_words(record: Interaction) -> None:
    """After an edit: a subject that was the usual one is made anew. One that somebody gave stays."""
    if record.subject == record._usual_before:
        record.subject = ""
    record._usual_before = None


class WhatWasSaid(LongText):
    """The text. A subject that nobody gave follows it."""

    def assign(self, record: Any, value: Any) -> None:
        remember_usual_subject(record)
        super().assign(record, value)


class KindOfTouch(Registered):
    """What it was. Where nobody says so of a new one, its channel does: a fax is no call."""

    def assign(self, record: Any, value: Any) -> None:
        remember_usual_subject(record)
        super().assign(record, value)
        record._has_kind = True

    @staticmethod
    def follow_channel(record: Interaction) -> None:
        if record._state.adding and record.channel and not record._has_kind:
            record.kind = kinds.usual_of(record.channel).code


class Source(Field):
    """The record that an interaction came from, as a reference."""

    def __init__(self, name: str, label: Any) -> None:
        super().__init__(name, label, editable=False, sortable=False)

    @property
    def paths(self) -> tuple[str, ...]:
        return ("source_resource", "source_id")

    def value(self, columns: Sequence[Any]) -> RecordRef | None:
        return RecordRef(columns[0], columns[1]) if columns[1] else None

    def to_json(self, value: RecordRef | None) -> str | None:
        return str(value) if value else None

    def from_json(self, stored: str | None) -> RecordRef | None:
        return RecordRef.parse(stored) if stored else None

    def json_schema(self) -> dict[str, Any]:
        return {"anyOf": [{"type": "string", "examples": ["meeting:42"]}, {"type": "null"}]}

    def cell(self, value: RecordRef | None, reader: Reader) -> Cell:
        return {"kind": "text", "text": str(value)} if value else EMPTY

    def condition(self) -> None:
        return None


def phrase_of(interaction: Interaction) -> Any:
    """Who did what, in a sentence."""
    kind = kinds.named(interaction.kind)
    return kind.phrase(interaction.direction) if kind else ""


def icon_of(interaction: Interaction) -> str:
    """That of its kind; of a kind whose room is gone, that of its channel."""
    known = kinds.named(interaction.kind) or channels.named(interaction.channel)
    return known.icon if known else "messages"


def badge_of(interaction: Interaction) -> dict[str, Any] | None:
    """What came of it."""
    if not interaction.outcome:
        return None
    return {"text": interaction.get_outcome_display(), "tone": TONES.get(interaction.outcome, "")}


def detail_of(interaction: Interaction, reader: Reader, page: str) -> str:
    """With whom, where the page is not theirs; how long; what about, where that is not how the text begins; what it was
    worth. What the reader may read of it."""
    permissions = policy.permissions_of(reader.actor)
    told = []
    if page != "contact" and interaction.contact:
        told.append(("contact", interaction.contact.name.display(reader.name_order) or str(interaction.contact)))
    if interaction.minutes:
        told.append(("minutes", _("%(count)s min") % {"count": reader.number(interaction.minutes)}))
    if interaction.subject and not interaction.body.startswith(interaction.subject[:100].rstrip("…")):
        told.append(("subject", interaction.subject))
    if interaction.value:
        told.append(("value", interaction.value.format(reader.language)))
    return reader.listed(words for name, words in told if permissions.readable("interaction", name))
