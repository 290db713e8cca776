"""What deals are worth together in one currency: summed by the database for each currency, then converted and rounded
by part (`parts_of`), of which every total is a sum."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from django.db.models import BigIntegerField, Case, Count, DateField, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from kizuna.base.types.days import server_day
from kizuna.base.types.money import Money, minor_units
from kizuna.customers.catalog.models import ExchangeRate
from kizuna.customers.catalog.queries import Rates, rates_into
from kizuna.domains.sales.models import ForecastCategory, Opportunity

CLOSED = ForecastCategory.CLOSED
OPEN = (ForecastCategory.COMMIT, ForecastCategory.BEST_CASE, ForecastCategory.PIPELINE)
UPWARDS = (CLOSED, *OPEN)
"""From what is sure to what is hoped for; each figure holds those before it."""
WHOSE = ("owner_id", "territory_id")
GRAIN = (*WHOSE, "forecast_category")
"""What a part is of: one person's deals in one territory and category (ADR "Coins are rounded by part")."""
MOST_TERRITORIES = 2**31


def converted_on(currency: str) -> Case:
    """The day whose rate counts for a deal: the one on which it was closed. Nothing for open ones, which are worth what
    they are worth today, and for those that need no rate."""
    return Case(
        When(Q(forecast_category=CLOSED) & ~Q(amount_currency=currency), then=F("closes_on")),
        default=Value(None),
        output_field=DateField(null=True),
    )


def whose(currency: str, among: Q | None = None) -> Case:
    """Whose deals are, for sums that tell nobody so: only among those where a rate leaves something to be rounded, and
    as one number, since PostgreSQL would sort deals for two."""
    foreign = ~Q(amount_currency=currency) & (among or Q())
    owner, territory = (Coalesce(F(name), 0, output_field=BigIntegerField()) for name in WHOSE)
    return Case(When(foreign, then=owner * MOST_TERRITORIES + territory))


def summed(rows: Any, currency: str, by: Sequence[str] = GRAIN, amount: Any = "amount") -> list[dict[str, Any]]:
    """The sums of deals by these columns, currency and day of rate; `total` and `count`. One query."""
    found = rows.order_by().annotate(rate_on=converted_on(currency))
    return list(found.values(*by, "amount_currency", "rate_on").annotate(total=Sum(amount), count=Count("pk")))


def shared(whole: Money, shares: Sequence[Decimal]) -> list[Money]:
    """Shares of a sum of parts, each rounded so that they add up to it: what is left after rounding down goes, one coin
    each, to those that lost most. What the parts were rounded by is borne by the shares that are no whole coins, by
    their size, so that the others stay as they are; by all where there are only such."""
    coin = Decimal(1).scaleb(-minor_units(whole.currency))
    exact = [share / coin for share in shares]
    off = whole.amount / coin - sum(exact)
    if abs(off) >= 1:
        broken = [abs(share) if share % 1 else Decimal(0) for share in exact]
        bearing = broken if any(broken) else [abs(share) or Decimal(1) for share in exact]
        together = sum(bearing)
        exact = [share + off * bears / together for share, bears in zip(exact, bearing, strict=True)]
    floors = [share.to_integral_value(ROUND_FLOOR) for share in exact]
    lost = [share - floor for share, floor in zip(exact, floors, strict=True)]
    left = int(whole.amount / coin - sum(floors))
    for place in sorted(range(len(exact)), key=lambda place: (-lost[place], place))[:left]:
        floors[place] += 1
    return [Money(floor * coin, whole.currency) for floor in floors]


@dataclass(frozen=True)
class LeftOut:
    """What could not be converted, in its own currency: of so many deals. Without deals: quotas and adjustments."""

    money: Money
    deals: int


@dataclass(frozen=True)
class Part:
    """What deals are worth together that agree in everything by which any page divides them (`of`): here it is rounded,
    and nowhere else."""

    of: tuple[Any, ...]
    exact: Decimal
    money: Money
    count: int


@dataclass
class Exchange:
    """Converts sums into one currency; what had no rate it keeps, to be told."""

    currency: str
    rates: Rates
    today: dt.date
    _left: dict[tuple[str, bool], LeftOut] = field(default_factory=dict)

    def into(
        self, amount: Decimal | None, currency: str, on: dt.date | None = None, *, deals: int | None = None
    ) -> Money:
        return Money.rounded(self.exactly(amount, currency, on, deals=deals), self.currency)

    def exactly(
        self, amount: Decimal | None, currency: str, on: dt.date | None = None, *, deals: int | None = None
    ) -> Decimal:
        """Not rounded, for what is added up further. `deals` says of how many deals it is, 0 for what is of none; with
        None it is told elsewhere that it was left out."""
        if not amount or not currency:
            return Decimal(0)
        rate = self.rates.of(currency, on=min(on or self.today, self.today))
        if rate is None:
            if deals is not None:
                self._leave_out(Money.rounded(amount, currency), deals)
            return Decimal(0)
        return Decimal(amount) * rate.value

    def parts_of(self, rows: Iterable[Mapping[str, Any]], by: Sequence[str] = GRAIN) -> list[Part]:
        """The rounded parts of sums of deals. Of sums with a `count` of 0 it is told elsewhere that they were left
        out."""
        exact: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
        counts: dict[tuple[Any, ...], int] = defaultdict(int)
        for row in rows:
            key, count = tuple(row[name] for name in by), row["count"]
            exact[key] += self.exactly(row["total"], row["amount_currency"], row["rate_on"], deals=count or None)
            counts[key] += count
        return [Part(key, sum_, Money.rounded(sum_, self.currency), counts[key]) for key, sum_ in exact.items()]

    def divided(self, rows: Iterable[Mapping[str, Any]], by: str) -> dict[Any, Money]:
        """Sums by what parts are not of, such as days: rounded so that they add up to the parts (`whose`)."""
        exact: dict[Any, Decimal] = defaultdict(Decimal)
        rows = list(rows)
        for row in rows:
            exact[row[by]] += self.exactly(row["total"], row["amount_currency"], row["rate_on"])
        whole = Money.total((part.money for part in self.parts_of(rows, ["whose"])), self.currency)
        return dict(zip(exact, shared(whole, list(exact.values())), strict=True))

    def _leave_out(self, money: Money, deals: int) -> None:
        key = (money.currency, deals > 0)
        known = self._left.get(key, LeftOut(Money.zero(money.currency), 0))
        self._left[key] = LeftOut(known.money + money, known.deals + deals)

    @property
    def missing(self) -> Sequence[LeftOut]:
        return [self._left[key] for key in sorted(self._left)]


def exchange_for(
    currency: str, rows: Iterable[dict[str, Any]], *, further: Iterable[str] = (), today: dt.date | None = None
) -> Exchange:
    """For these sums and further currencies, at the rates of today, which is one day for whoever reads the figures. Two
    queries, none where all is in one currency."""
    today = today or server_day()
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
