"""A customer's purchase history: how much, when last, where, and what they like best."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any, cast

from django.db.models import Case, Count, F, Max, Q, QuerySet, Sum, Value, When

from kizuna.base.types.money import Money
from kizuna.customers.contacts.models import Contact
from kizuna.customers.orders.models import Order, OrderLine
from kizuna.customers.orders.queries.sums import CHARGED, KEPT

MOST = 100
Key = tuple[int | None, str, str]
"""A product, in words and in a currency."""


@dataclass(frozen=True)
class Purchases:
    """Orders of a customer that were not cancelled: `spent` in each currency, what the tax authority got included, what
    was given back left out."""

    count: int
    spent: Sequence[Money]
    last: dt.datetime | None


@dataclass(frozen=True)
class Bought:
    """A product that somebody bought: `quantity` is what they kept, `spent` what was paid for that in the end, `times`
    in how many orders. Together they are what `Purchases` say was spent."""

    product_id: int | None
    words: str
    times: int
    quantity: Decimal
    spent: Money
    last: dt.datetime


def buyers(key: str, record_id: int, prefix: str = "") -> Q:
    """Which orders are a contact's, a company's, a household's; `prefix` is the way to the order."""
    if key == "household":
        members = Contact.objects.live().filter(household=record_id).values("pk")
        return Q(**{f"{prefix}contact__in": members})
    return Q(**{f"{prefix}{key}": record_id})


def lines_bought(actor: Any, key: str, record_id: int) -> QuerySet[OrderLine]:
    """The lines of their orders that were not cancelled and that somebody sees: whoever sees a line sees its order, so
    that the orders are read once."""
    lines = OrderLine.objects.visible_to(actor).filter(buyers(key, record_id, "order__"), order__deleted_at=None)
    return lines.exclude(order__status=Order.Status.CANCELLED).order_by()


def purchases_of(rows: QuerySet[Order]) -> Purchases:
    """Over these orders; one query."""
    found = list(
        rows.exclude(status=Order.Status.CANCELLED)
        .order_by()
        .values("currency")
        .annotate(count=Count("pk"), spent=Sum(KEPT), last=Max("ordered_at"))
        .order_by("-count", "currency")
    )
    return Purchases(
        count=sum(row["count"] for row in found),
        spent=[Money.rounded(row["spent"] or Decimal(0), row["currency"]) for row in found],
        last=max((row["last"] for row in found), default=None),
    )


def bought_of(lines: QuerySet[OrderLine], *, skip: int = 0, most: int = MOST, by: str = "last") -> list[Bought]:
    """What was bought in these lines, product by product: the latest first, or by "times" what was bought most often,
    without the first `skip`. What came back whole is not in it. Two queries."""
    rows = (
        lines.filter(quantity__gt=F("returned"))
        .order_by()
        .values("product_id", "words", "order__currency")
        .annotate(
            times=Count("order_id", distinct=True),
            units=Sum(F("quantity") - F("returned")),
            spent=Sum(Case(When(order__given_back__gt=0, then=Value(Decimal(0))), default=CHARGED)),
            last=Max("order__ordered_at"),
        )
    )
    first = ("-times", "-units") if by == "times" else ("-last",)
    found = list(rows.order_by(*first, "words", "product_id", "order__currency")[skip : skip + most])
    shared = _shared_out(lines)
    return [_bought(row, shared.get((row["product_id"], row["words"], row["order__currency"]))) for row in found]


def _bought(row: Mapping[str, Any], shared: Money | None) -> Bought:
    spent = Money.rounded(Decimal(row["spent"]), row["order__currency"])
    return Bought(
        product_id=row["product_id"],
        words=row["words"],
        times=row["times"],
        quantity=row["units"],
        spent=spent + shared if shared else spent,
        last=row["last"],
    )


def _shared_out(lines: QuerySet[OrderLine]) -> Mapping[Key, Money]:
    """Of orders of which goods or money went back, by product, words and currency: what the order came to in the end is
    shared out over what was kept of it, by what that had cost, to the last coin. So products add up to what was spent,
    whether goods came back for the money or not."""
    kept = lines.filter(order__given_back__gt=0, quantity__gt=F("returned")).order_by("order_id", "position", "pk")
    left = F("order__total") - F("order__given_back")
    rows = kept.annotate(left=left, cost=CHARGED).values_list(
        "order_id", "left", "product_id", "words", "order__currency", "cost", "quantity", "returned"
    )
    found: dict[Key, Money] = {}
    for (_order, amount), group in groupby(rows, itemgetter(0, 1)):
        parts = [
            (cast(Key, tuple(key)), cost * (quantity - back) / quantity)
            for _pk, _left, *key, cost, quantity, back in group
        ]
        money, weights = Money.rounded(amount, parts[0][0][2]), [weight for _key, weight in parts]
        if money and any(weights):
            for (key, _weight), part in zip(parts, money.allocate(weights), strict=True):
                found[key] = found[key] + part if key in found else part
    return found


def last_channels(lines: QuerySet[OrderLine], found: Collection[Bought]) -> list[str]:
    """Where each of these was bought the last time. One query, of the orders on the days that they tell."""
    kept = lines.filter(quantity__gt=F("returned"), order__ordered_at__in={one.last for one in found})
    rows = kept.order_by("order_id", "pk").values_list(
        "product_id", "words", "order__currency", "order__ordered_at", "order__channel__name"
    )
    places: dict[Any, str] = {(product_id, words, code, at): name for product_id, words, code, at, name in rows}
    return [places.get((one.product_id, one.words, one.spent.currency, one.last), "") for one in found]
