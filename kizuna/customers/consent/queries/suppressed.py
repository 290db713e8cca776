"""Whether an address is on the suppression list."""

from __future__ import annotations

from typing import Any

from kizuna.customers.consent.models import Mark, Suppression
from kizuna.customers.contacts.models import Contact


def in_force(digest: str, channel: str) -> Suppression | None:
    return Suppression.objects.filter(digest=digest, channel=channel, lifted_at__isnull=True).first()


def marks_of(contact: Contact) -> list[Any]:
    """The suppressions of a contact's main addresses."""
    rows = Mark.objects.filter(contact_id=contact.pk).select_related("suppression")
    return [mark.suppression for mark in rows.order_by("suppression__channel")]
