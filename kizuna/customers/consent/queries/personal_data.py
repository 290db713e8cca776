"""The copies that were made of a person's data, and the proof that a person was erased."""

from __future__ import annotations

from kizuna.customers.consent.models import Disclosure, Erasure
from kizuna.customers.contacts.models import Contact


def disclosures_of(contact: Contact) -> list[Disclosure]:
    """Newest first."""
    return list(Disclosure.objects.filter(contact=contact).select_related("created_by").order_by("-pk")[:20])


def disclosure(disclosure_id: int) -> Disclosure | None:
    return Disclosure.objects.filter(pk=disclosure_id).first()


def erasure_of(contact_id: int) -> Erasure | None:
    """The last time that this person was to be erased."""
    return Erasure.objects.filter(contact_id=contact_id).select_related("created_by").order_by("-pk").first()
