"""What the consent room tells the world. No address is ever in an event, only hashes and numbers."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class ConsentRecorded(Event):
    """Somebody agreed, was asked, or said no: `state` says which. `standing` is what holds afterwards."""

    phrase = _("%(who)s recorded a consent")

    consent_id: int
    contact_id: int
    purpose_id: int
    channel: str
    state: str
    standing: str


@dataclass(frozen=True, kw_only=True)
class ConsentsDeclined(Event):
    """A file said of many people that they want nothing on one channel: no to each of these purposes, and it holds."""

    phrase = _("%(who)s recorded a consent")

    contact_ids: tuple[int, ...]
    purpose_ids: tuple[int, ...]
    channel: str


@dataclass(frozen=True, kw_only=True)
class AddressSuppressed(Event):
    """An address is left in peace from now on, on one channel."""

    phrase = _("%(who)s put an address on the suppression list")

    suppression_id: int
    channel: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class SuppressionLifted(Event):
    """An address may be used again."""

    phrase = _("%(who)s took an address off the suppression list")

    suppression_id: int
    channel: str


@dataclass(frozen=True, kw_only=True)
class WordingPublished(Event):
    """We ask for consent in other words from now on, in one language."""

    phrase = _("%(who)s published a wording")

    wording_id: int
    purpose_id: int
    language: str


@dataclass(frozen=True, kw_only=True)
class ConsentAsked(Event):
    """Somebody, a contact or a lead, is to be asked by e-mail whether they agree."""

    phrase = _("%(who)s asked for consent by e-mail")

    opt_in_id: int
    resource: str
    record_id: int


@dataclass(frozen=True, kw_only=True)
class DisclosureAsked(Event):
    """A copy of everything about a person is to be made."""

    phrase = _("%(who)s asked for a copy of everything about this person")

    disclosure_id: int
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class ErasureAsked(Event):
    """A person is to be erased."""

    phrase = _("%(who)s asked to erase this person")

    erasure_id: int
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class PersonErased(Event):
    """A person was erased; the erasure says what went and what was kept."""

    phrase = _("%(who)s erased this person")

    erasure_id: int
    contact_id: int
