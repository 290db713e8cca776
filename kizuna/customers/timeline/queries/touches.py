"""Which interactions belong to whom, and the figures that a customer's page shows of them."""

from __future__ import annotations

from django.db.models import Q

from kizuna.customers.contacts.models import Contact


def with_contact(contact_id: int) -> Q:
    return Q(contact_id=contact_id)


def with_company(company_id: int) -> Q:
    """With the company, and with its people while they were its people."""
    return Q(company_then_id=company_id)


def with_household(household_id: int) -> Q:
    """With those who live there now."""
    return Q(contact_id__in=Contact.objects.live().filter(household_id=household_id).values("pk"))
