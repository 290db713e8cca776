"""Who sees what: lines, payments and goods by those who see the order; lines change only while the order can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from kizuna.base.access import policy
from kizuna.customers.contacts.models import Company, Contact
from kizuna.customers.contacts.policies import seen_through
from kizuna.customers.orders.models import Order, OrderLine, Payment, Preference, Return, Shipment

CHANGEABLE = (Order.Status.OPEN, Order.Status.PAID)

PURCHASES_TELL = {
    "order": ("number", "status", "channel", "ordered_at", "total", "given_back"),
    "orderline": ("product", "words", "quantity", "returned", "total"),
}
TASTES_TELL = {
    "orderline": ("size", "colour"),
    "product": ("name", "category", "brand"),
    "category": ("name",),
    "preference": ("kind", "words", "is_liked"),
}


def may_see_purchases(actor: Any) -> bool:
    """Sums over these fields would tell them to who may not read them."""
    return _reads(actor, PURCHASES_TELL)


def may_see_tastes(actor: Any) -> bool:
    """Who sees purchases, and nothing else that tastes are told of is hidden from them."""
    return _reads(actor, PURCHASES_TELL) and _reads(actor, TASTES_TELL)


def _reads(actor: Any, told: Mapping[str, Sequence[str]]) -> bool:
    permissions = policy.permissions_of(actor)
    return all(
        permissions.can(key, "read") and all(permissions.readable(key, name) for name in names)
        for key, names in told.items()
    )


policy.part_of("order", OrderLine, Payment, Shipment, Return)


@policy.rows(Order)
def finished_orders_stay(actor: Any, operation: str) -> Q:
    return ~Q(status=Order.Status.CANCELLED) if operation == "update" else Q()


@policy.rows(OrderLine)
def lines_of_finished_orders_stay(actor: Any, operation: str) -> Q:
    return Q(order__status__in=CHANGEABLE) if operation in ("update", "delete") else Q()


@policy.rows(Preference)
def preferences_of_visible_customers(actor: Any, operation: str) -> Q:
    return seen_through(actor, contact=Contact, company=Company)
