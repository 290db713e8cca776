"""Who sees what of a deal: what hangs on it is seen by those who see it, a person in it by those who see them. A case
of the library was written for others: it has rights of its own, and names its deal to those who see that."""

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
    OpportunityLine,
    OpportunitySplit,
    PlaybookAnswer,
    PlaybookTick,
    Quote,
    QuoteLine,
    QuoteMessage,
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


@policy.seen_as_guest(OpportunitySplit)
def shares_that_are_theirs(actor: Any) -> Q:
    """Who is credited knows of it, whoever wrote it down."""
    return Q(person_id=actor.pk)


@policy.rows(OpportunityLine)
def lines_of_visible_deals(actor: Any, operation: str) -> Q:
    return seen_through(actor, opportunity=Opportunity)


@policy.rows(PlaybookAnswer)
def answers_in_visible_deals(actor: Any, operation: str) -> Q:
    return seen_through(actor, opportunity=Opportunity)


@policy.rows(PlaybookTick)
def ticks_in_visible_deals(actor: Any, operation: str) -> Q:
    return seen_through(actor, opportunity=Opportunity)


@policy.rows(Quote)
def quotes_that_can_be_touched(actor: Any, operation: str) -> Q:
    """What was sent stays; nobody approves their own."""
    if operation == "delete":
        return Q(status=Quote.Status.DRAFT)
    if operation in ("approve_quote", "return_quote"):
        return ~Q(owner_id=actor.pk) & ~Q(asked_by_id=actor.pk)
    return Q()


@policy.rows(QuoteLine)
def lines_of_quotes(actor: Any, operation: str) -> Q:
    found = seen_through(actor, quote=Quote)
    return found & Q(quote__status=Quote.Status.DRAFT) if operation in ("update", "delete") else found


@policy.rows(QuoteMessage)
def words_on_quotes(actor: Any, operation: str) -> Q:
    """What customers wrote stays."""
    found = seen_through(actor, quote=Quote)
    return found & Q(is_ours=True) if operation in ("update", "delete") else found
