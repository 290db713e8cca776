"""A customer's purchase history: how much, when last, where, and what they like best."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum

from kizuna.base.types.money import Money
from kizuna.customers.contacts.models import Contact
from kizuna.customers.orders.models import Order, OrderLine
from kizuna.customers.orders.queries.sums import CHARGED, KEPT

MOST = 100
TENTH = Decimal("0.1")
"""With it no whole number is divided by a whole one, which is a whole number in SQLite."""


@dataclass(frozen=True)
class Purchases:
    """Orders of a customer that were not cancelled: `spent` in each currency, what the tax authority got included, what
    was given back left out."""

    count: int
    spent: Sequence[Money]
    last: dt.datetime | None


@dataclass(frozen=True)
class Bought:
    """A product that somebody bought: `quantity` is what they kept, `spent` what was paid for that (`CHARGED`),
    `times` in how many orders."""

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
    without the first `skip`. What came back whole is not in it. One query."""
    left = F("quantity") - F("returned")
    found = (
        lines.filter(quantity__gt=F("returned"))
        .order_by()
        .values("product_id", "words", "order__currency")
        .annotate(
            times=Count("order_id", distinct=True),
            units=Sum(left),
            spent=Sum(CHARGED * left * TENTH / F("quantity") * 10),
            last=Max("order__ordered_at"),
        )
    )
    first = ("-times", "-units") if by == "times" else ("-last",)
    return [
        Bought(
            product_id=row["product_id"],
            words=row["words"],
            times=row["times"],
            quantity=row["units"],
            spent=Money.rounded(Decimal(row["spent"]), row["order__currency"]),
            last=row["last"],
        )
        for row in found.order_by(*first, "words", "product_id", "order__currency")[skip : skip + most]
    ]


def last_channels(lines: QuerySet[OrderLine], found: Collection[Bought]) -> list[str]:
    """Where each of these was bought the last time. One query, of the orders on the days that they tell."""
    kept = lines.filter(quantity__gt=F("returned"), order__ordered_at__in={one.last for one in found})
    rows = kept.order_by("order_id", "pk").values_list(
        "product_id", "words", "order__currency", "order__ordered_at", "order__channel__name"
    )
    places: dict[Any, str] = {(product_id, words, code, at): name for product_id, words, code, at, name in rows}
    return [places.get((one.product_id, one.words, one.spent.currency, one.last), "") for one in found]
