"""Who sees what was said with a lead: those who see the lead."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from kizuna.base.access import policy
from kizuna.customers.contacts.policies import seen_through
from kizuna.customers.leads.models import Lead, LeadTouch


@policy.rows(LeadTouch)
def touches_of_visible_leads(actor: Any, operation: str) -> Q:
    return seen_through(actor, lead=Lead)
