"""Sales by channel, in one currency: each month of the business converted at the rate of its last day, or of the
last day that is asked for or begun."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone

from kizuna.base.types.days import server_day
from kizuna.base.types.money import Money
from kizuna.customers.catalog.queries import NoRate, rate_of
from kizuna.customers.orders.models import SalesChannel
from kizuna.customers.orders.queries.days import sold


@dataclass
class ChannelSales:
    """What a channel sold. `left_out` could not be converted: there is no rate."""

    channel: SalesChannel
    orders: int
    sold: Money
    own: list[Money] = field(default_factory=list)
    left_out: list[Money] = field(default_factory=list)

    @property
    def average(self) -> Money | None:
        if not self.orders or self.left_out:
            return None
        return Money.rounded(self.sold.amount / self.orders, self.sold.currency)


@dataclass(frozen=True)
class Sales:
    """All channels, the largest first, and the rates that were used: (currency, last day, rate)."""

    channels: Sequence[ChannelSales]
    orders: int
    sold: Money
    rates: Sequence[tuple[str, dt.date, Decimal]]


def sales_by_channel(actor: Any, *, since: dt.datetime, until: dt.datetime, currency: str) -> Sales:
    """Orders that were not cancelled and that the actor sees, from `since` on and before `until`."""
    found = sold(actor, since=since, until=until)
    zone = timezone.get_default_timezone()
    last = (until - dt.timedelta(microseconds=1)).astimezone(zone).date()
    exchange = _Exchange(currency, until=min(last, server_day()))
    channels = SalesChannel.objects.in_bulk({row.channel_id for row in found})
    made: dict[int, ChannelSales] = {}
    own: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in found:
        one = made.setdefault(row.channel_id, ChannelSales(channels[row.channel_id], 0, Money.zero(currency)))
        came = Money.rounded(row.total, row.currency)
        own[row.channel_id][row.currency] += came.amount
        worth = exchange.into(came, row.month)
        one.orders += row.orders
        if worth is None:
            one.left_out.append(came)
        else:
            one.sold += worth
    for pk, amounts in own.items():
        made[pk].own = [Money(amount, code) for code, amount in sorted(amounts.items()) if code != currency]
    ordered = sorted(made.values(), key=lambda one: (-one.sold.amount, one.channel.name))
    return Sales(
        ordered,
        sum(one.orders for one in ordered),
        Money.total((one.sold for one in ordered), currency),
        sorted((code, day, value) for (code, day), value in exchange.used.items() if value is not None),
    )


class _Exchange:
    """Rates of months into one currency, each looked up once."""

    def __init__(self, currency: str, *, until: dt.date) -> None:
        self.currency, self.until = currency, until
        self.used: dict[tuple[str, dt.date], Decimal | None] = {}

    def into(self, money: Money, month: dt.date) -> Money | None:
        if money.currency == self.currency:
            return money
        last = (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
        key = (money.currency, min(last, self.until))
        if key not in self.used:
            try:
                self.used[key] = rate_of(money.currency, self.currency, on=key[1]).value
            except NoRate:
                self.used[key] = None
        rate = self.used[key]
        return None if rate is None else Money.rounded(money.amount * rate, self.currency)
