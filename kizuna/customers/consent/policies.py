"""Who sees what people agreed to: those who see the people."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from kizuna.base.access import policy
from kizuna.customers.consent.models import Consent
from kizuna.customers.contacts.models import Contact
from kizuna.customers.contacts.policies import seen_through


@policy.rows(Consent)
def consents_of_visible_contacts(actor: Any, operation: str) -> Q:
    return seen_through(actor, contact=Contact)
