"""What orders tell the world beside the changes of their records."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class OrdersPlaced(Event):
    """Customers bought something: orders with their lines, from one door at once."""

    phrase = _("%(who)s placed this")

    order_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(Event):
    """An order is not carried out."""

    phrase = _("%(who)s cancelled this")

    order_id: int
    why: str


@dataclass(frozen=True, kw_only=True)
class PaymentRecorded(Event):
    """Money came in for an order."""

    phrase = _("%(who)s recorded a payment")

    order_id: int
    payment_id: int
    amount: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class PaymentRefunded(Event):
    """Money of an order went back to the customer."""

    phrase = _("%(who)s refunded money")

    order_id: int
    payment_id: int
    amount: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class ChargebackRecorded(Event):
    """A bank took back money that had been paid for an order."""

    phrase = _("%(who)s recorded a chargeback")

    order_id: int
    payment_id: int
    amount: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class OrderShipped(Event):
    """Goods of an order went to the customer: everything that was left, or part of it."""

    phrase = _("%(who)s shipped goods")

    order_id: int
    shipment_id: int


@dataclass(frozen=True, kw_only=True)
class GoodsReturned(Event):
    """Goods of an order came back."""

    phrase = _("%(who)s took goods back")

    order_id: int
    return_id: int
