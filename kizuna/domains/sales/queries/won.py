"""What was won day by day, and what was open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import reduce
from operator import itemgetter, or_
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from kizuna.base.types.money import Money
from kizuna.domains.sales.models import Opportunity, standing_on
from kizuna.domains.sales.queries.forecast import Asked, counted, shares_of, shares_with, states_of
from kizuna.domains.sales.queries.worth import CLOSED, OPEN, Exchange, exchange_for, whose


def won_by_day(actor: Any, asked: Asked) -> list[tuple[dt.date, Money]]:
    """The days of the period on which something was won, each at its own rate. Three queries, four for a person."""
    rows = Opportunity.objects.visible_to(actor).filter(counted(asked), asked.scope.owned(), forecast_category=CLOSED)
    found = [*closed_by_day(rows, asked), *credited_by_day(actor, asked)]
    return by_day(found, exchange_for(asked.currency, found))


def closed_by_day(rows: QuerySet[Any], asked: Asked) -> list[dict[str, Any]]:
    """Closed deals summed by day and currency; in the period also by whose they are, where that matters
    (`whose`). One query."""
    by = {"rate_on": F("closes_on"), "whose": whose(asked.currency, Q(closes_on__gte=asked.period.first_on))}
    found = rows.order_by().values("closes_on", "amount_currency", **by)
    return list(found.annotate(total=Sum("amount"), count=Count("pk")))


def credited_by_day(actor: Any, asked: Asked) -> list[dict[str, Any]]:
    """What a person gave away of closed deals of the period, with a minus, and what they got of them, in the same way.
    One query; none for many, who count a deal once."""
    if asked.scope.person is None:
        return []
    return [
        row | {"rate_on": row["closes_on"], "whose": (row["giver_id"], row["person_id"])}
        for row in shares_with(asked.scope.person, shares_of(actor, asked, "closes_on"))
        if row["forecast_category"] == CLOSED
    ]


def by_day(rows: Iterable[Mapping[str, Any]], exchange: Exchange) -> list[tuple[dt.date, Money]]:
    """What was won on each day, so that it adds up to what the forecast says."""
    return list(exchange.divided(sorted(rows, key=itemgetter("closes_on")), "closes_on").items())


def open_by_day(actor: Any, asked: Asked, days: Sequence[dt.date]) -> dict[dt.date, Money]:
    """What was open of the period at the end of each of these days, at today's rates. Three queries."""
    stood = reduce(or_, (standing_on(day) for day in days))
    rows = states_of(actor).filter(counted(asked), asked.scope.owned(), stood, forecast_category__in=OPEN)
    sums = rows.order_by().values("from_on", "until_on", "amount_currency").annotate(total=Sum("amount"))
    found: list[dict[str, Any]] = [dict(row) for row in sums]
    exchange = exchange_for(asked.currency, found)
    made = dict.fromkeys(days, Decimal(0))
    for row in found:
        worth = exchange.exactly(row["total"], row["amount_currency"])
        for day in days:
            if row["from_on"] <= day and (row["until_on"] is None or row["until_on"] > day):
                made[day] += worth
    return {day: Money.rounded(worth, asked.currency) for day, worth in made.items()}
