"""Dated exchange rates: what an amount was worth in another currency on a day."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import get_territory_currencies
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from kizuna.base.resources.reader import Reader
from kizuna.base.types.days import server_day
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
    found = _direct(_latest(Q(currency__in=ends, into__in=ends), on), currency, into)
    if found is None:
        found = _over_a_third(_latest(Q(currency__in=ends) | Q(into__in=ends), on), currency, into)
    if found is None:
        raise NoRate(
            _("There is no exchange rate from %(currency)s into %(into)s by this day.")
            % {"currency": currency, "into": into}
        )
    return found


class Rates:
    """What currencies were worth in one of them on each day of a span, as `rate_of` has it, without further queries."""

    def __init__(self, into: str, rows: Iterable[ExchangeRate]) -> None:
        self.into = into
        self._rows: dict[tuple[str, str], list[ExchangeRate]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: row.since_on):
            self._rows[row.currency, row.into].append(row)
        self._days = sorted({row.since_on for of in self._rows.values() for row in of})
        """On which something changed: between two of them all days are alike."""
        self._known: dict[tuple[str, int], Rate | None] = {}

    def of(self, currency: str, *, on: dt.date) -> Rate | None:
        """What one unit was worth on a day; None where no rate says so."""
        if currency == self.into:
            return Rate(Decimal(1))
        known = (currency, bisect_right(self._days, on))
        if known not in self._known:
            latest = {}
            for pair, rows in self._rows.items():
                place = bisect_right(rows, on, key=lambda row: row.since_on)
                if place:
                    latest[pair] = rows[place - 1]
            found = _direct(latest, currency, self.into) or _over_a_third(latest, currency, self.into)
            self._known[known] = found
        return self._known[known]


def rates_into(into: str, currencies: Collection[str], *, since: dt.date, until: dt.date) -> Rates:
    """The rates of all these currencies on all days from `since` to `until`. Two queries, none where there is nothing
    to convert."""
    others = set(currencies) - {into}
    if not others:
        return Rates(into, ())
    pairs = Q(currency__in=others | {into}) | Q(into__in=others | {into})
    later = ExchangeRate.objects.live().filter(pairs, since_on__gt=since, since_on__lte=until)
    return Rates(into, [*_latest(pairs, since).values(), *later])


def _direct(latest: Mapping[tuple[str, str], ExchangeRate], currency: str, into: str) -> Rate | None:
    found = _step(latest, currency, into)
    return Rate(found[0], (found[1].pk,)) if found else None


def _over_a_third(latest: Mapping[tuple[str, str], ExchangeRate], currency: str, into: str) -> Rate | None:
    ways = []
    for between in {code for pair in latest for code in pair} - {currency, into}:
        first, second = _step(latest, currency, between), _step(latest, between, into)
        if first and second:
            age = min(first[1].since_on, second[1].since_on)
            ways.append((age, between, Rate(first[0] * second[0], (first[1].pk, second[1].pk))))
    return max(ways, key=lambda way: way[:2])[2] if ways else None


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


def _step(latest: Mapping[tuple[str, str], ExchangeRate], one: str, other: str) -> tuple[Decimal, ExchangeRate] | None:
    """What one unit of `one` is in `other`, and the rate that says so: of the two directions the younger one."""
    there, back = latest.get((one, other)), latest.get((other, one))
    if there and (back is None or back.since_on <= there.since_on):
        return there.rate, there
    return (1 / back.rate, back) if back else None


def worth_today(reader: Reader) -> tuple[str, dict[str, Decimal]]:
    """The currency of the place where a reader sits, if there are rates of it, and what one unit of each currency that
    can be converted is worth in it today. One query."""
    own = next(iter(get_territory_currencies(reader.region)), "")
    latest = _latest(Q(), server_day())
    codes = {code for pair in latest for code in pair}
    if own not in codes:
        return "", {}
    worth = {own: Decimal(1)}
    for code in sorted(codes - {own}):
        found = _direct(latest, code, own) or _over_a_third(latest, code, own)
        if found:
            worth[code] = found.value
    return own, worth
