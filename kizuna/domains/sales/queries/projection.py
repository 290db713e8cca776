"""Where a period is likely to end, reckoned from how periods before it went; nothing where these say too little.

Expected is what is closed plus each open deal times how often deals from its stage were won. The same is reckoned for
the periods before, as they stood when as much of them had passed, and compared with what they came to: the middle of
these ratios makes the likely figure, the least and the greatest make the range.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, CharField, Count, Q, Sum, Value, When

from kizuna.base.access import policy
from kizuna.base.types.money import Money
from kizuna.customers.catalog.queries import rates_into
from kizuna.domains.sales.models import Opportunity, Stage, StageOutcome, StandingSum, standing_on
from kizuna.domains.sales.queries.forecast import Asked, counted, states_of
from kizuna.domains.sales.queries.periods import DAY, Period
from kizuna.domains.sales.queries.won import by_day, closed_by_day, credited_by_day
from kizuna.domains.sales.queries.worth import CLOSED, OPEN, Exchange, LeftOut

LOOKED_BACK = 8
ENOUGH_PERIODS, ENOUGH_DEALS = 4, 30
MOST = Decimal(10) ** 15
PRIOR = 4
"""With how many deals the probability that a stage was given counts beside what became of real ones."""


@dataclass(frozen=True)
class Replayed:
    """A period that is over: what the method said then, and what came of it."""

    period: Period
    expected: Decimal
    actual: Decimal

    @property
    def ratio(self) -> Decimal:
        return self.actual / self.expected


@dataclass(frozen=True)
class Projection:
    """In the currency asked for; all None where there is not enough to go by. `off_by` is how far the method was off in
    the middle of the periods before, in per cent."""

    likely: Money | None = None
    low: Money | None = None
    high: Money | None = None
    off_by: int | None = None
    replayed: Sequence[Replayed] = ()
    deals: int = 0
    won: Sequence[tuple[dt.date, Money]] = ()
    """What was won of the period so far, day by day."""
    missing: Sequence[LeftOut] = ()
    """What of the deals of the period could not be converted."""

    @property
    def is_enough(self) -> bool:
        return self.likely is not None


def projected(
    closed: Decimal, expected: Decimal, replayed: Sequence[Replayed], deals: int, currency: str
) -> Projection:
    """From what is closed and expected now, and how it went before. Never less than what is closed."""
    if len(replayed) < ENOUGH_PERIODS or deals < ENOUGH_DEALS:
        return Projection(replayed=replayed, deals=deals)
    ratios = sorted(one.ratio for one in replayed)
    likely, low, high = (min(max(expected * one, closed), MOST) for one in (median(ratios), ratios[0], ratios[-1]))
    return Projection(
        Money.rounded(likely, currency),
        Money.rounded(low, currency),
        Money.rounded(high, currency),
        off_by=_off_by(replayed),
        replayed=replayed,
        deals=deals,
    )


def median(values: Sequence[Decimal]) -> Decimal:
    found = sorted(values)
    middle = len(found) // 2
    return found[middle] if len(found) % 2 else (found[middle - 1] + found[middle]) / 2


def _off_by(replayed: Sequence[Replayed]) -> int:
    """Each period judged by the others, as if it were the present one."""
    errors = []
    for one in replayed:
        others = [other.ratio for other in replayed if other is not one]
        said = one.expected * median(others)
        errors.append(abs(said - one.actual) / one.actual * 100)
    return int(median(errors).to_integral_value())


def projection(actor: Any, asked: Asked, today: dt.date) -> Projection:
    """Eight queries at most, nine for a person."""
    passed = asked.period.share_at(today)
    before = [asked.period.moved(-number) for number in range(1, LOOKED_BACK + 1)]
    days = {period: period.at_share(*passed) for period in before}
    states = list(_stood(actor, asked, days))
    closed = _closed(actor, asked, before[-1].first_on)
    credited, now = credited_by_day(actor, asked), list(_open_now(actor, asked))
    codes = {row["amount_currency"] for row in (*states, *closed, *credited, *now)} - {""}
    rates = rates_into(asked.currency, codes, since=before[-1].first_on, until=today)
    exchange, chances = Exchange(asked.currency, rates, today), _chances(asked)
    actuals, deals = _actuals(closed, before, exchange)
    said = _said(states, before, days, chances, exchange)
    replayed = [
        Replayed(period, said[period], actuals[period]) for period in before if said[period] > 0 and actuals[period] > 0
    ]
    own = [row for row in closed if row["closes_on"] >= asked.period.first_on]
    won_on = by_day([*own, *credited], exchange)
    won = Money.total((money for _day, money in won_on), asked.currency).amount
    hoped = _hoped(now, chances, exchange)
    found = projected(won, won + hoped, replayed, deals, asked.currency)
    return replace(found, won=won_on, missing=exchange.missing)


def _hoped(now: Sequence[dict[str, Any]], chances: Mapping[int, Decimal], exchange: Exchange) -> Decimal:
    """What open deals come to, each as often as deals from its stage are won."""
    hoped = Decimal(0)
    for row in now:
        worth = exchange.exactly(row["total"], row["amount_currency"], deals=row["count"])
        hoped += worth * chances.get(row["stage_id"], Decimal(0))
    return hoped


def _of_pipeline(asked: Asked) -> Q:
    return Q(pipeline=asked.pipeline_id) if asked.pipeline_id else Q()


def _stood(actor: Any, asked: Asked, days: Mapping[Period, dt.date]) -> Any:
    """The deals of the periods before, as they stood when as much of them had passed: from the sums of states where
    they tell of everybody, else from the states. One query."""
    rows: Any = states_of(actor)
    closes, amount = "closes_on", "amount"
    if asked.scope.is_everybody and policy.sees_all(actor, Opportunity):
        rows, closes, amount = StandingSum.objects.all(), "closes_in", "total"
    within = {
        period: Q(**{f"{closes}__range": (period.first_on, period.last_on)}) & standing_on(day)
        for period, day in days.items()
    }
    label = Case(
        *(When(when, then=Value(period.first_on.isoformat())) for period, when in within.items()),
        output_field=CharField(),
    )
    among = reduce(or_, within.values()) & asked.scope.owned() & _of_pipeline(asked)
    found = rows.filter(among, forecast_category__in=(CLOSED, *OPEN)).order_by().annotate(of=label)
    by = ("of", "stage_id", "forecast_category", "amount_currency")
    return found.values(*by).annotate(worth=Sum(amount))


def _closed(actor: Any, asked: Asked, since: dt.date) -> list[dict[str, Any]]:
    """What was closed in the period and those before it, by day and currency. One query, which an index of just these
    deals answers by itself."""
    rows = Opportunity.objects.visible_to(actor).filter(
        asked.scope.owned(),
        _of_pipeline(asked),
        forecast_category=CLOSED,
        closes_on__range=(since, asked.period.last_on),
    )
    return closed_by_day(rows, asked)


def _open_now(actor: Any, asked: Asked) -> Any:
    rows = Opportunity.objects.visible_to(actor).filter(counted(asked), asked.scope.owned(), forecast_category__in=OPEN)
    return rows.order_by().values("stage_id", "amount_currency").annotate(total=Sum("amount"), count=Count("pk"))


def _actuals(
    closed: Sequence[dict[str, Any]], periods: Sequence[Period], exchange: Exchange
) -> tuple[dict[Period, Decimal], int]:
    sums: dict[Period, Decimal] = dict.fromkeys(periods, Decimal(0))
    deals, firsts = 0, sorted(one.first_on for one in periods)
    begun = {one.first_on: one for one in periods}
    for row in closed:
        period = begun[firsts[bisect_right(firsts, row["closes_on"]) - 1]]
        if row["closes_on"] <= period.last_on:
            sums[period] += exchange.exactly(row["total"], row["amount_currency"], row["closes_on"])
            deals += row["count"]
    return sums, deals


def _said(
    states: Sequence[dict[str, Any]],
    periods: Sequence[Period],
    days: Mapping[Period, dt.date],
    chances: Mapping[int, Decimal],
    exchange: Exchange,
) -> dict[Period, Decimal]:
    named = {one.first_on.isoformat(): one for one in periods}
    sums: dict[Period, Decimal] = defaultdict(Decimal)
    for row in states:
        period = named[row["of"]]
        chance = Decimal(1) if row["forecast_category"] == CLOSED else chances.get(row["stage_id"], Decimal(0))
        sums[period] += exchange.exactly(row["worth"], row["amount_currency"], days[period]) * chance
    return sums


def _chances(asked: Asked) -> dict[int, Decimal]:
    """How often deals from a stage are won: what became of those of the last three years, and the probability that the
    stage was given as if a few more had gone that way (the mean of a Beta posterior)."""
    since = asked.period.moved(-1).first_on - 3 * 365 * DAY
    outcomes = StageOutcome.objects.filter(month_on__gte=since).values("stage_id")
    known = {row["stage_id"]: row for row in outcomes.annotate(won=Sum("won"), lost=Sum("lost")).order_by()}
    found = {}
    for pk, probability in Stage.objects.values_list("pk", "probability"):
        row = known.get(pk, {"won": 0, "lost": 0})
        prior = Decimal(probability) / 100
        found[pk] = (row["won"] + PRIOR * prior) / (row["won"] + row["lost"] + PRIOR)
    return found
