"""What changed in the open pipeline of a period since a day: every deal for one reason, so that it adds up exactly."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from kizuna.base.types.money import Money
from kizuna.domains.sales.models import Kind, Opportunity, OpportunityState
from kizuna.domains.sales.queries.forecast import Asked, counted, deals_of
from kizuna.domains.sales.queries.worth import OPEN, Exchange, LeftOut, exchange_for

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
    missing: Sequence[LeftOut]


SAME = ""


def movement(actor: Any, asked: Asked, since: dt.date) -> Movement:
    """Compare the open deals of a period at the end of a day with those of now, both at today's rates. The database
    finds the reason of each deal and adds up, however many there are: seven queries."""
    then = Asked(asked.period, asked.scope, asked.currency, asked.pipeline_id, since)
    stood = _stood(actor, asked, then)
    came = _came(actor, asked, then)
    rows = [*_sums_of_stood(stood), *_sums_of_came(came)]
    codes = [{"amount_currency": row[name]} for row in rows for name in ("amount_currency", "currency_now")]
    exchange = exchange_for(asked.currency, codes)
    found = _Adding(exchange)
    for row in rows:
        found.add(row)
    for reason, deal in [*_shown_of_stood(stood), *_shown_of_came(came, since)]:
        found.steps[reason].deals.append(deal)
    return found.told(since)


# Which deals, and why -------------------------------------------------------------------------------------------------


def _open(asked: Asked, prefix: str = "") -> Q:
    """What is open of a period; `prefix` is the way to the deal."""
    found = counted(asked, prefix) & asked.scope.owned(f"{prefix}owner")
    return found & Q(**{f"{prefix}forecast_category__in": OPEN})


def _stood(actor: Any, asked: Asked, then: Asked) -> QuerySet[Any]:
    """How deals stood that were open then, each with what became of it."""
    still = _open(asked, "opportunity__") & Q(opportunity__deleted_at=None)
    is_same = Q(amount=F("opportunity__amount"), amount_currency=F("opportunity__amount_currency"))
    is_within = Q(opportunity__closes_on__range=(asked.period.first_on, asked.period.last_on))
    reason = Case(
        When(still & (is_same | Q(amount=None, opportunity__amount=None)), then=Value(SAME)),
        When(still, then=Value(AMOUNT)),
        When(opportunity__deleted_at__isnull=False, then=Value(GONE)),
        When(opportunity__status=Kind.WON, then=Value(WON)),
        When(opportunity__status=Kind.LOST, then=Value(LOST)),
        When(is_within, then=Value(GONE)),
        default=Value(OUT),
        output_field=CharField(),
    )
    return deals_of(actor, then).filter(_open(then)).order_by().annotate(why=reason)


def _came(actor: Any, asked: Asked, then: Asked) -> QuerySet[Any]:
    """Deals that are open now and were not among those of then."""
    states = OpportunityState.objects.as_of(then.as_of).filter(opportunity=OuterRef("pk"))
    is_within = Q(closes_on__range=(asked.period.first_on, asked.period.last_on))
    reason = Case(
        When(~Exists(states), then=Value(NEW)),
        When(Exists(states.filter(is_within)), then=Value(BACK)),
        default=Value(IN),
        output_field=CharField(),
    )
    rows = Opportunity.objects.visible_to(actor).filter(_open(asked)).exclude(Exists(states.filter(_open(then))))
    return rows.order_by().annotate(why=reason)


# How much -------------------------------------------------------------------------------------------------------------


def _sums_of_stood(stood: QuerySet[Any]) -> Iterator[Mapping[str, Any]]:
    stays = Q(why__in=(SAME, AMOUNT))
    rows = stood.values("why", "amount_currency", currency_now=F("opportunity__amount_currency"))
    return rows.annotate(
        count=Count("pk"),
        before=Sum("amount"),
        now=Sum("opportunity__amount", filter=stays),
        others=Count("pk", filter=stays & ~Q(forecast_category=F("opportunity__forecast_category"))),
    ).iterator()


def _sums_of_came(came: QuerySet[Any]) -> Iterator[Mapping[str, Any]]:
    rows = came.values("why", "amount_currency", currency_now=F("amount_currency"))
    return rows.annotate(count=Count("pk"), now=Sum("amount")).iterator()


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


def _first(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The largest of each reason, in each currency's own units."""
    order = (F("amount").desc(nulls_last=True), "pk")
    place = Window(RowNumber(), partition_by=F("why"), order_by=order)
    return rows.exclude(why=SAME).annotate(place=place).filter(place__lte=SHOWN).order_by("why", "place")


def _shown_of_stood(stood: QuerySet[Any]) -> Iterator[tuple[str, Moved]]:
    for was in _first(stood).select_related("opportunity").only(*READ_STATE):
        yield was.why, _moved(was.opportunity, was)


def _shown_of_came(came: QuerySet[Any], since: dt.date) -> Iterator[tuple[str, Moved]]:
    deals = list(_first(came).only(*READ))
    states = OpportunityState.objects.as_of(since).filter(opportunity__in=[deal.pk for deal in deals])
    earlier = {one.opportunity_id: one for one in states}
    for deal in deals:
        yield deal.why, _moved(deal, earlier.get(deal.pk))


def _moved(deal: Any, earlier: OpportunityState | None) -> Moved:
    before, day = (earlier.amount, earlier.closes_on) if earlier else (None, None)
    return Moved(deal.pk, deal.name, before, deal.amount, day, deal.closes_on, url=not deal.is_deleted)


READ = ("name", "amount", "amount_currency", "closes_on", "deleted_at")
READ_STATE = ("amount", "amount_currency", "closes_on", *(f"opportunity__{name}" for name in READ))
