"""What changed in the open pipeline of a period since a day: every deal for one reason, so that it adds up exactly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from kizuna.base.types.money import Money
from kizuna.domains.sales.models import Kind, Opportunity, OpportunityState
from kizuna.domains.sales.queries.forecast import Asked, counted, deals_of
from kizuna.domains.sales.queries.worth import OPEN, Exchange, exchange_for

NEW, IN, BACK, WON, LOST, OUT, GONE, AMOUNT = "new", "in", "back", "won", "lost", "out", "gone", "amount"
REASONS = {
    NEW: _("New"),
    IN: _("Moved into the period"),
    BACK: _("Counted again: open, in the pipeline or given to these people"),
    AMOUNT: _("Amount changed"),
    WON: _("Won"),
    LOST: _("Lost"),
    OUT: _("Slipped: moved out of the period"),
    GONE: _("No longer counted: omitted, deleted or given to others"),
}
"""In the order in which they are told; the first ones add, the last ones take away."""

SHOWN = 100


@dataclass(frozen=True)
class Moved:
    """A deal that did: what it was worth then and is worth now, in its own currency."""

    id: int
    name: str
    before: Money | None
    now: Money | None
    closed_before_on: dt.date | None
    closes_on: dt.date | None
    url: bool = True


@dataclass
class Step:
    reason: str
    difference: Money
    count: int = 0
    deals: list[Moved] = field(default_factory=list)

    @property
    def label(self) -> Any:
        return REASONS[self.reason]


@dataclass(frozen=True)
class Movement:
    """`before` plus the steps is `now`. `recategorised` counts those in another category: that moves nothing."""

    since: dt.date
    before: Money
    now: Money
    steps: Sequence[Step]
    recategorised: int
    missing: Sequence[Money]


def movement(actor: Any, asked: Asked, since: dt.date) -> Movement:
    """Compare the open deals of a period at the end of a day with those of now, both at today's rates."""
    then = Asked(asked.period, asked.scope, asked.currency, asked.pipeline_id, since)
    before = _open(deals_of(actor, then), then).select_related("opportunity").only(*READ_STATE)
    now = _open(Opportunity.objects.visible_to(actor), asked)
    stood = {row.opportunity_id: row for row in before}
    stand = {row.pk: row for row in now.annotate(was_there=_was_there(since)).only(*READ)}
    rows = [{"amount_currency": one.amount_currency} for one in (*stood.values(), *stand.values())]
    exchange = exchange_for(asked.currency, rows)
    steps = {reason: Step(reason, Money.zero(asked.currency)) for reason in REASONS}
    recategorised = 0
    for pk, was in stood.items():
        deal = stand.get(pk)
        reason = AMOUNT if deal else _why_gone(was.opportunity, asked)
        recategorised += bool(deal and deal.forecast_category != was.forecast_category)
        _note(steps[reason], exchange, was, deal or was.opportunity, is_counted=deal is not None)
    earlier = _states_of(since, [pk for pk, deal in stand.items() if pk not in stood and deal.was_there])
    for pk, deal in stand.items():
        if pk not in stood:
            state = earlier.get(pk)
            is_in = state is not None and not _is_within(state.closes_on, asked)
            reason = NEW if state is None else IN if is_in else BACK
            _note(steps[reason], exchange, None, deal, is_counted=True, state=state)
    return Movement(
        since,
        _sum(stood.values(), exchange),
        _sum(stand.values(), exchange),
        [step for step in steps.values() if step.count],
        recategorised,
        exchange.missing,
    )


READ = (
    "name", "amount", "amount_currency", "closes_on", "forecast_category", "owner_id", "status", "deleted_at",
)  # fmt: skip
READ_STATE = (
    "amount", "amount_currency", "closes_on", "forecast_category", *(f"opportunity__{name}" for name in READ),
)  # fmt: skip


def _open(rows: Any, asked: Asked) -> QuerySet[Any]:
    return rows.filter(counted(asked), asked.scope.owned(), forecast_category__in=OPEN)


def _was_there(since: dt.date) -> Exists:
    return Exists(OpportunityState.objects.as_of(since).filter(opportunity=OuterRef("pk")))


def _states_of(since: dt.date, ids: Sequence[int]) -> dict[int, OpportunityState]:
    rows = OpportunityState.objects.as_of(since).filter(opportunity__in=ids)
    return {one.opportunity_id: one for one in rows}


def _is_within(day: dt.date | None, asked: Asked) -> bool:
    return day is not None and asked.period.first_on <= day <= asked.period.last_on


def _why_gone(deal: Opportunity, asked: Asked) -> str:
    if deal.is_deleted:
        return GONE
    if deal.status == Kind.WON:
        return WON
    if deal.status == Kind.LOST:
        return LOST
    return GONE if _is_within(deal.closes_on, asked) else OUT


def _note(
    step: Step, exchange: Exchange, was: Any, deal: Any, *, is_counted: bool, state: OpportunityState | None = None
) -> None:
    """Put a deal under its reason, unless nothing about it changed."""
    before = _worth(was, exchange) if was else Money.zero(exchange.currency)
    now = _worth(deal, exchange) if is_counted else Money.zero(exchange.currency)
    if step.reason == AMOUNT and was.amount == deal.amount:
        return
    step.difference += now - before
    step.count += 1
    if len(step.deals) < SHOWN:
        earlier = was or state
        step.deals.append(
            Moved(
                deal.pk,
                deal.name,
                earlier.amount if earlier else None,
                deal.amount,
                earlier.closes_on if earlier else None,
                deal.closes_on,
                url=not deal.is_deleted,
            )
        )


def _worth(row: Any, exchange: Exchange) -> Money:
    """At today's rate, whatever became of it: what differs are deals, not rates."""
    found = row.amount
    return exchange.into(found.amount, found.currency) if found else Money.zero(exchange.currency)


def _sum(rows: Any, exchange: Exchange) -> Money:
    left_out = dict(exchange.left_out)
    found = Money.total((_worth(row, exchange) for row in rows), exchange.currency)
    exchange.left_out = left_out
    return found
