"""Who sees what of a deal: what hangs on it is seen by those who see it, a person in it by those who see them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from kizuna.base.access import policy
from kizuna.customers.contacts.models import Contact
from kizuna.customers.contacts.policies import seen_through
from kizuna.domains.sales.models import (
    Opportunity,
    OpportunityCompetitor,
    OpportunityContact,
    OpportunitySplit,
)


@policy.rows(OpportunityContact)
def roles_in_visible_deals(actor: Any, operation: str) -> Q:
    return seen_through(actor, opportunity=Opportunity, contact=Contact)


@policy.rows(OpportunityCompetitor)
def competitors_in_visible_deals(actor: Any, operation: str) -> Q:
    return seen_through(actor, opportunity=Opportunity)


@policy.rows(OpportunitySplit)
def shares_of_visible_deals(actor: Any, operation: str) -> Q:
    return seen_through(actor, opportunity=Opportunity)
