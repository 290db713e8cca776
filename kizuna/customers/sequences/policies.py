"""Who sees what of sequences: an enrolment and its mails are seen by those who see the person."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from kizuna.base.access import policy
from kizuna.customers.contacts.models import Contact
from kizuna.customers.contacts.policies import seen_through
from kizuna.customers.leads.models import Lead
from kizuna.customers.sequences.models import Enrolment, MailDraft


@policy.rows(Enrolment)
def enrolments_of_visible_people(actor: Any, operation: str) -> Q:
    return seen_through(actor, contact=Contact, lead=Lead)


@policy.rows(MailDraft)
def mails_to_visible_people(actor: Any, operation: str) -> Q:
    """What was sent stays as it was."""
    found = seen_through(actor, contact=Contact, lead=Lead)
    return found & Q(status=MailDraft.Status.WAITING) if operation in ("update", "delete") else found
