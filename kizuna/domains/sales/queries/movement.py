"""What changed in the open pipeline of a period since a day: every deal for one reason, so that it adds up exactly."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.types.money import Money
from kizuna.domains.sales.models import Opportunity, OpportunityState
from kizuna.domains.sales.queries.comparing import AMOUNT, BACK, GONE, IN, LOST, NEW, OUT, SAME, WON, compared
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
    missing: Sequence[LeftOut]


def movement(actor: Any, asked: Asked, since: dt.date) -> Movement:
    """Compare the open deals of a period at the end of a day with those of now, both at today's rates. The database
    finds the reason of each deal and adds up, however many there are: six queries."""
    found = compared(actor, asked, since)
    codes = [{"amount_currency": row[name]} for row in found.sums for name in ("amount_currency", "currency_now")]
    adding = _Adding(exchange_for(asked.currency, codes))
    for row in found.sums:
        adding.add(row)
    for reason, deal in _shown(found.largest, since):
        adding.steps[reason].deals.append(deal)
    return adding.told(since)


class _Adding:
    """Adds sums up in one currency, at today's rates whatever became of a deal: what differs are deals, not rates. It
    rounds so that they add up to the last coin: each figure takes what those before it have left."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.before, self.recategorised = Decimal(0), 0
        self.differences: dict[str, Decimal] = defaultdict(Decimal)
        zero = Money.zero(exchange.currency)
        self.steps = {reason: Step(reason, zero) for reason in REASONS}

    def add(self, row: Mapping[str, Any]) -> None:
        deals = row["count"] if row["now"] is None else None
        before = self.exchange.exactly(row.get("before"), row["amount_currency"], deals=deals)
        now = self.exchange.exactly(row["now"], row["currency_now"], deals=row["count"])
        self.before += before
        self.recategorised += row.get("others", 0)
        if row["why"] != SAME:
            self.differences[row["why"]] += now - before
            self.steps[row["why"]].count += row["count"]

    def told(self, since: dt.date) -> Movement:
        exact, currency = self.before, self.exchange.currency
        reached = before = Money.rounded(exact, currency)
        for reason, step in self.steps.items():
            exact += self.differences[reason]
            step.difference = Money.rounded(exact, currency) - reached
            reached += step.difference
        steps = [step for step in self.steps.values() if step.count]
        return Movement(since, before, reached, steps, self.recategorised, self.exchange.missing)


# The largest of them --------------------------------------------------------------------------------------------------


def _shown(largest: Sequence[tuple[str, int]], since: dt.date) -> Iterator[tuple[str, Moved]]:
    """By their ids, with how they stood. Two queries."""
    ids = [pk for _reason, pk in largest]
    deals = Opportunity.objects.only("name", "amount", "amount_currency", "closes_on", "deleted_at").in_bulk(ids)
    states = OpportunityState.objects.as_of(since).filter(opportunity__in=ids)
    states = states.only("opportunity_id", "amount", "amount_currency", "closes_on")
    earlier = {one.opportunity_id: one for one in states}
    for reason, pk in largest:
        was = earlier.get(pk)
        before, day = (was.amount, was.closes_on) if was else (None, None)
        deal = deals[pk]
        yield reason, Moved(pk, deal.name, before, deal.amount, day, deal.closes_on, url=not deal.is_deleted)
