"""Who sees what of a deal: its parts are seen by those who see it, a person in it by those who see them. A case
of the library was written for others: it has rights of its own, and names its deal to those who see that."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from kizuna.base.access import policy
from kizuna.customers.contacts.models import Contact
from kizuna.customers.contacts.policies import seen_through
from kizuna.domains.sales.models import (
    OpportunityCompetitor,
    OpportunityContact,
    OpportunityLine,
    OpportunitySplit,
    PlaybookAnswer,
    PlaybookTick,
    Quote,
    QuoteLine,
    QuoteMessage,
)

policy.part_of(
    "opportunity",
    OpportunityContact,
    OpportunityCompetitor,
    OpportunitySplit,
    OpportunityLine,
    PlaybookAnswer,
    PlaybookTick,
)
policy.part_of("quote", QuoteLine, QuoteMessage)


@policy.rows(OpportunityContact)
def roles_of_visible_people(actor: Any, operation: str) -> Q:
    return seen_through(actor, contact=Contact)


@policy.rows(Quote)
def quotes_that_can_be_touched(actor: Any, operation: str) -> Q:
    """What was sent stays; nobody approves their own."""
    if operation == "delete":
        return Q(status=Quote.Status.DRAFT)
    if operation in ("approve_quote", "return_quote"):
        return ~Q(owner_id=actor.pk) & ~Q(asked_by_id=actor.pk)
    return Q()


@policy.rows(QuoteLine)
def lines_of_drafts(actor: Any, operation: str) -> Q:
    return Q(quote__status=Quote.Status.DRAFT) if operation in ("update", "delete") else Q()


@policy.rows(QuoteMessage)
def words_on_quotes(actor: Any, operation: str) -> Q:
    """What customers wrote stays."""
    return Q(is_ours=True) if operation in ("update", "delete") else Q()
