"""Dated exchange rates: what an amount was worth in another currency on a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from kizuna.base.types.errors import Refused
from kizuna.base.types.money import Money
from kizuna.customers.catalog.models import ExchangeRate


class NoRate(Refused):
    """There is no rate between two currencies by that day."""


@dataclass(frozen=True)
class Rate:
    """What one unit of a currency is in another, and the ids of the stored rates that say so, in the order of use."""

    value: Decimal
    ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Converted:
    """An amount in another currency, and by which rate."""

    money: Money
    rate: Rate


def rate_of(currency: str, into: str, *, on: dt.date) -> Rate:
    """What one unit of `currency` was worth in `into` by the last rates that began by then.

    Between the two themselves first, the younger of both directions; else over a third currency that both have rates
    with, of several the one whose older rate is the youngest. Raises NoRate. At most two queries.
    """
    if currency == into:
        return Rate(Decimal(1))
    ends = {currency, into}
    if direct := _step(_latest(Q(currency__in=ends, into__in=ends), on), currency, into):
        return Rate(direct[0], (direct[1].pk,))
    latest = _latest(Q(currency__in=ends) | Q(into__in=ends), on)
    ways = []
    for between in {code for pair in latest for code in pair} - ends:
        first, second = _step(latest, currency, between), _step(latest, between, into)
        if first and second:
            age = min(first[1].since_on, second[1].since_on)
            ways.append((age, between, Rate(first[0] * second[0], (first[1].pk, second[1].pk))))
    if not ways:
        raise NoRate(
            _("There is no exchange rate from %(currency)s into %(into)s by this day.")
            % {"currency": currency, "into": into}
        )
    return max(ways, key=lambda way: way[:2])[2]


def convert(money: Money, into: str, *, on: dt.date) -> Converted:
    """The amount in another currency at the rate of that day, rounded to what can be paid. Raises NoRate."""
    rate = rate_of(money.currency, into, on=on)
    return Converted(Money.rounded(money.amount * rate.value, into), rate)


def _latest(pairs: Q, on: dt.date) -> dict[tuple[str, str], ExchangeRate]:
    """The last rate of each of these pairs of currencies, in the direction that it was given in."""
    known = ExchangeRate.objects.live().filter(since_on__lte=on)
    last = known.filter(currency=OuterRef("currency"), into=OuterRef("into")).order_by("-since_on").values("since_on")
    rows = known.filter(pairs).annotate(last=Subquery(last[:1])).filter(since_on=F("last"))
    return {(row.currency, row.into): row for row in rows}


def _step(latest: dict[tuple[str, str], ExchangeRate], one: str, other: str) -> tuple[Decimal, ExchangeRate] | None:
    """What one unit of `one` is in `other`, and the rate that says so: of the two directions the younger one."""
    there, back = latest.get((one, other)), latest.get((other, one))
    if there and (back is None or back.since_on <= there.since_on):
        return there.rate, there
    return (1 / back.rate, back) if back else None
