"""Orders reckoned from their lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.db.models import DecimalField, F, Value
from django.db.models.functions import Coalesce

from kizuna.base.types.money import Money
from kizuna.customers.catalog.reckoning import Document, reckon
from kizuna.customers.orders.models import Order, OrderLine

KEPT = F("total") - Coalesce(F("given_back"), Value(Decimal(0)))
"""What an order came to in the end: the one rule for what customers spent and what channels sold."""
CHARGED = Coalesce(F("charged"), F("total"), Value(Decimal(0)), output_field=DecimalField())
"""What was paid for a line: with tax, less its share of the order's discount."""


def lines_of(orders: Sequence[Order]) -> dict[int, list[OrderLine]]:
    """The lines of each order in their order, one query."""
    found: dict[int, list[OrderLine]] = defaultdict(list)
    ids = [order.pk for order in orders]
    for line in OrderLine.objects.live().filter(order__in=ids).order_by("order_id", "position", "pk"):
        found[line.order_id].append(line)
    return found


def documents_of(orders: Sequence[Order]) -> dict[int, tuple[list[OrderLine], Document]]:
    """Lines and figures of each order. Raises Refused where a discount is more than what it is taken off."""
    lines = lines_of(orders)
    return {
        order.pk: (
            lines[order.pk],
            reckon((line.reckoned for line in lines[order.pk]), rules=order.rules, discount=order.discount),
        )
        for order in orders
    }


def is_anything_kept(order: Order) -> bool:
    """Whether the customer has anything of an order that was shipped."""
    return OrderLine.objects.live().filter(order=order, shipped__gt=F("returned")).exists()


def taken_back(lines: Sequence[OrderLine], document: Document) -> Money:
    """What that which came back had cost, with tax: of a line that came back whole all of it."""
    parts = (
        Money.rounded(row.total.amount * line.returned / line.quantity, row.total.currency)
        for line, row in zip(lines, document.lines, strict=True)
        if line.returned
    )
    return Money.total(parts, document.net.currency)
