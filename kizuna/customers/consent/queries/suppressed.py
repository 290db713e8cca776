"""Whether an address is on the suppression list."""

from __future__ import annotations

from typing import Any

from kizuna.customers.consent.models import Mark, Purpose, Suppression
from kizuna.customers.contacts.models import Contact


def in_force(digest: str, channel: str, purpose: Purpose | None = None) -> Suppression | None:
    """The entry about one purpose, or about all of them (None)."""
    rows = Suppression.objects.filter(digest=digest, channel=channel, lifted_at__isnull=True)
    return rows.filter(purpose=purpose).first() if purpose else rows.filter(purpose__isnull=True).first()


def marks_of(contact: Contact) -> list[Any]:
    """The suppressions of a contact's main addresses, but for those that repeat a withdrawal."""
    rows = Mark.objects.filter(contact_id=contact.pk, suppression__purpose__isnull=True).select_related("suppression")
    return [mark.suppression for mark in rows.order_by("suppression__channel")]
