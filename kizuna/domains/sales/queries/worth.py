"""What deals are worth together in one currency: summed by the database for each currency, then converted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, DateField, F, Q, Sum, Value, When
from django.utils import timezone

from kizuna.base.types.money import Money
from kizuna.customers.catalog.models import ExchangeRate
from kizuna.customers.catalog.queries import Rates, rates_into
from kizuna.domains.sales.models import ForecastCategory, Opportunity

CLOSED = ForecastCategory.CLOSED
OPEN = (ForecastCategory.COMMIT, ForecastCategory.BEST_CASE, ForecastCategory.PIPELINE)
UPWARDS = (CLOSED, *OPEN)
"""From what is sure to what is hoped for; each figure holds those before it."""


def converted_on(currency: str) -> Case:
    """The day whose rate counts for a deal: the one on which it was closed. Nothing for open ones, which are worth what
    they are worth today, and for those that need no rate."""
    return Case(
        When(Q(forecast_category=CLOSED) & ~Q(amount_currency=currency), then=F("closes_on")),
        default=Value(None),
        output_field=DateField(null=True),
    )


def summed(rows: Any, currency: str, *by: str, amount: Any = None) -> list[dict[str, Any]]:
    """The sums of deals by these columns, category, currency and day of rate; `total` and `count`. One query."""
    found = rows.order_by().annotate(rate_on=converted_on(currency))
    return list(
        found.values(*by, "forecast_category", "amount_currency", "rate_on").annotate(
            total=Sum(amount if amount is not None else "amount"), count=Count("pk")
        )
    )


@dataclass
class Exchange:
    """Converts sums into one currency; what had no rate it keeps, to be told."""

    currency: str
    rates: Rates
    today: dt.date
    left_out: dict[str, Decimal] = field(default_factory=dict)

    def into(self, amount: Decimal | None, currency: str, on: dt.date | None = None) -> Money:
        return Money.rounded(self.exactly(amount, currency, on), self.currency)

    def exactly(self, amount: Decimal | None, currency: str, on: dt.date | None = None) -> Decimal:
        """Not rounded, for what is added up further."""
        if not amount or not currency:
            return Decimal(0)
        rate = self.rates.of(currency, on=min(on or self.today, self.today))
        if rate is None:
            self.left_out[currency] = self.left_out.get(currency, Decimal(0)) + Decimal(amount)
            return Decimal(0)
        return Decimal(amount) * rate.value

    @property
    def missing(self) -> Sequence[Money]:
        return [Money.rounded(amount, code) for code, amount in sorted(self.left_out.items())]


def exchange_for(
    currency: str, rows: Iterable[dict[str, Any]], *, further: Iterable[str] = (), today: dt.date | None = None
) -> Exchange:
    """For these sums and further currencies; two queries, none where all is in one currency."""
    today = today or timezone.localdate()
    rows = list(rows)
    codes = {row["amount_currency"] for row in rows} | set(further)
    days = [row["rate_on"] for row in rows if row.get("rate_on")]
    since = min([today, *days])
    return Exchange(currency, rates_into(currency, codes - {""}, since=since, until=today), today)


def known_currencies() -> set[str]:
    """Those that there are rates of."""
    rows = ExchangeRate.objects.live().order_by().values_list("currency", "into").distinct()
    return {code for pair in rows for code in pair}


def last_currency(actor: Any) -> str:
    """The one of the youngest deal that somebody sees; empty where there is none."""
    rows = Opportunity.objects.visible_to(actor).exclude(amount_currency="").order_by("-pk")
    return rows.values_list("amount_currency", flat=True).first() or ""
