"""What was won day by day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Sum

from kizuna.base.types.money import Money
from kizuna.domains.sales.models import Opportunity
from kizuna.domains.sales.queries.forecast import Asked, counted
from kizuna.domains.sales.queries.worth import CLOSED, exchange_for


def won_by_day(actor: Any, asked: Asked) -> list[tuple[dt.date, Money]]:
    """The days of the period on which something was won, each at its own rate. Three queries."""
    rows = Opportunity.objects.visible_to(actor).filter(counted(asked), asked.scope.owned(), forecast_category=CLOSED)
    sums = rows.order_by().values("closes_on", "amount_currency").annotate(total=Sum("amount"))
    found = [row | {"rate_on": row["closes_on"]} for row in sums.order_by("closes_on")]
    exchange = exchange_for(asked.currency, found)
    by_day: dict[dt.date, Money] = {}
    for row in found:
        day = row["closes_on"]
        worth = exchange.into(row["total"], row["amount_currency"], day)
        by_day[day] = by_day.get(day, Money.zero(asked.currency)) + worth
    return list(by_day.items())
