"""Who sees notes and tasks: those whose grants reach them and who see everything that they are about."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from kizuna.base.access import policy
from kizuna.customers.contacts.models import Company, Contact
from kizuna.customers.contacts.policies import seen_through
from kizuna.customers.timeline.models import Note, Task


@policy.rows(Note)
def notes_about_visible_customers(actor: Any, operation: str) -> Q:
    return seen_through(actor, contact=Contact, company=Company)


@policy.rows(Task)
def tasks_about_visible_customers(actor: Any, operation: str) -> Q:
    return seen_through(actor, contact=Contact, company=Company)
