"""What changed in the open pipeline of a period since a day: every deal for one reason, so that it adds up exactly."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.types.money import Money
from kizuna.domains.sales.models import Opportunity, OpportunityState
from kizuna.domains.sales.queries.comparing import (
    AMOUNT,
    BACK,
    GONE,
    IN,
    LOST,
    NEW,
    OUT,
    SAME,
    WON,
    Place,
    changed_for,
    compared,
)
from kizuna.domains.sales.queries.forecast import Asked
from kizuna.domains.sales.queries.worth import Exchange, LeftOut, exchange_for

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
    missing: Sequence[LeftOut]


def movement(actor: Any, asked: Asked, since: dt.date) -> Movement:
    """Compare the open deals of a period at the end of a day with those of now, both at today's rates. The database
    finds the reason of each deal and adds up, however many there are: three queries."""
    found = compared(actor, asked, since)
    codes = [{"amount_currency": row[name]} for row in found for name in ("amount_currency", "currency_now")]
    adding = _Adding(exchange_for(asked.currency, codes))
    for row in found:
        adding.add(row)
    return adding.told(since)


NOT_TOLD = {"rate_on": None, "count": 0}
"""Of what is open now, which is worth what it is today: deals without a rate are told once, when they are added."""


class _Adding:
    """Adds sums up in one currency, at today's rates whatever became of a deal: what differs are deals, not rates. What
    is open now is what the forecast says; the steps and what was open before are rounded so that they add up to it."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.now: list[dict[str, Any]] = []
        self.recategorised = 0
        self.differences: dict[str, Decimal] = defaultdict(Decimal)
        zero = Money.zero(exchange.currency)
        self.steps = {reason: Step(reason, zero) for reason in REASONS}

    def add(self, row: Mapping[str, Any]) -> None:
        deals = row["count"] if row["now"] is None else None
        before = self.exchange.exactly(row.get("before"), row["amount_currency"], deals=deals)
        now = self.exchange.exactly(row["now"], row["currency_now"], deals=row["count"])
        self.now.append({**row, **NOT_TOLD, "total": row["now"], "amount_currency": row["currency_now"]})
        self.recategorised += row.get("others", 0)
        if row["why"] != SAME:
            self.differences[row["why"]] += now - before
            self.steps[row["why"]].count += row["count"]

    def told(self, since: dt.date) -> Movement:
        currency = self.exchange.currency
        now = Money.total((part.money for part in self.exchange.parts_of(self.now)), currency)
        exact = now.amount - sum(self.differences.values())
        reached = before = Money.rounded(exact, currency)
        for reason, step in self.steps.items():
            exact += self.differences[reason]
            step.difference = Money.rounded(exact, currency) - reached
            reached += step.difference
        steps = [step for step in self.steps.values() if step.count]
        return Movement(since, before, now, steps, self.recategorised, self.exchange.missing)


# The deals of one reason ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deals:
    """Some of them, and where the next ones follow; None behind the last."""

    shown: Sequence[Moved]
    next_place: Place | None


def deals_moved(
    actor: Any, asked: Asked, since: dt.date, reason: str, *, after: Place | None = None, size: int = 50
) -> Deals:
    """The deals that changed for one reason, the largest first. Three queries."""
    found = changed_for(actor, asked, since, reason, after=after, count=size + 1)
    last_id, last_size = found[:size][-1] if found else (0, None)
    is_cut = len(found) > size
    ids = [pk for pk, _size in found[:size]]
    return Deals(_with_what_they_were(ids, since), (last_size, last_id) if is_cut else None)


def _with_what_they_were(ids: Sequence[int], since: dt.date) -> list[Moved]:
    deals = Opportunity.objects.only("name", "amount", "amount_currency", "closes_on", "deleted_at").in_bulk(ids)
    states = OpportunityState.objects.as_of(since).filter(opportunity__in=ids)
    states = states.only("opportunity_id", "amount", "amount_currency", "closes_on")
    earlier = {one.opportunity_id: one for one in states}
    told = []
    for pk in ids:
        was, deal = earlier.get(pk), deals[pk]
        before, day = (was.amount, was.closes_on) if was else (None, None)
        told.append(Moved(pk, deal.name, before, deal.amount, day, deal.closes_on, url=not deal.is_deleted))
    return told
