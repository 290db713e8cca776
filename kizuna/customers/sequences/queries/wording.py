"""What a step says to one person, with the braces filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from kizuna.base.types import placeholders
from kizuna.customers.consent.queries.deciding import zone_of as zone_of_contact
from kizuna.customers.contacts.models import Contact
from kizuna.customers.leads.models import Lead


@dataclass(frozen=True)
class Said:
    """The words of a step for somebody; `is_open` where something in braces is still to be filled in."""

    subject: str
    body: str

    @property
    def is_open(self) -> bool:
        return placeholders.is_open(self.subject) or placeholders.is_open(self.body)


def said_to(step: Mapping[str, Any], values: Mapping[str, str]) -> Said:
    return Said(placeholders.filled(step["subject"], values)[:300], placeholders.filled(step["body"], values))


def values_of(person: Contact | Lead, *, owner: Any, sequence: str) -> dict[str, str]:
    """What is known of somebody; `person.company` has to be read along."""
    if isinstance(person, Lead):
        company = person.company_name or (person.company.name if person.company else "")
    else:
        company = person.company.name if person.company else ""
    return {
        "name": person.name.display(),
        "first name": person.given_name,
        "last name": person.family_name,
        "company": company,
        "job title": person.job_title,
        "my name": owner.name if owner else "",
        "sequence": sequence,
    }


def zone_of(person: Contact | Lead | None) -> str:
    """The person's own zone; unknown, it is that of the installation."""
    return zone_of_contact(person).key if isinstance(person, Contact) else settings.TIME_ZONE
