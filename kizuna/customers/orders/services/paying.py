"""Money for orders: paid, refunded, charged back. Never more goes back than came in (`sums`)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Touched, publish
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.actions import action
from kizuna.base.types.errors import Refused
from kizuna.base.types.money import Money
from kizuna.customers.orders.events import ChargebackRecorded, PaymentRecorded, PaymentRefunded
from kizuna.customers.orders.models import Order, Payment
from kizuna.customers.orders.queries import documents_of, taken_back

OF_METHOD = {"method": _("Method"), "note": _("Note")}


@action(
    label=_("Record a payment"),
    done=_("Payment recorded."),
    icon="cash",
    when=lambda order: order.status in (Order.Status.OPEN, Order.Status.SHIPPED) and order.owed.amount > 0,
    asks={"amount": _("Amount (empty: all that is left to pay)"), **OF_METHOD},
)
def record_payment(
    *, actor: Any, order: Order, amount: Money | None = None, method: Payment.Method, note: str = ""
) -> Payment:
    """Money came in for this order. Refused for a cancelled order, and for money in another currency."""
    held = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if held.status == Order.Status.CANCELLED:
        raise Refused(_("This order was cancelled."))
    if amount is None:
        amount = held.owed - taken_back(*documents_of([held])[held.pk])
    payment = _kept(actor, order, Payment.Kind.PAYMENT, amount, method, note)
    _tell(PaymentRecorded, payment)
    return payment


@action(
    label=_("Refund"),
    done=_("Refund recorded."),
    icon="receipt-refund",
    when=lambda order: bool(order.paid),
    asks={"amount": _("Amount (empty: all that was paid)"), **OF_METHOD},
)
def refund_payment(
    *, actor: Any, order: Order, amount: Money | None = None, method: Payment.Method, note: str = ""
) -> Payment:
    """Money goes back to the customer. Refused for more than was paid."""
    held = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if amount is None:
        amount = held.paid or Money.zero(held.currency)
    payment = _kept(actor, order, Payment.Kind.REFUND, amount, method, note)
    _tell(PaymentRefunded, payment)
    return payment


@action(
    label=_("Record a chargeback"),
    done=_("Chargeback recorded."),
    icon="credit-card-refund",
    when=lambda order: bool(order.paid),
    asks={"amount": _("Amount"), "note": _("Note")},
)
def record_chargeback(*, actor: Any, order: Order, amount: Money, note: str = "") -> Payment:
    """The customer's bank took money back. Refused for more than was paid."""
    payment = _kept(actor, order, Payment.Kind.CHARGEBACK, amount, Payment.Method.CARD, note)
    _tell(ChargebackRecorded, payment)
    return payment


def _tell(kind: type[PaymentRecorded | PaymentRefunded | ChargebackRecorded], payment: Payment) -> None:
    assert payment.amount is not None
    told = kind(
        order_id=payment.order_id,
        payment_id=payment.pk,
        amount=payment.amount.amount,
        currency=payment.amount.currency,
    )
    publish(told, subjects=[Touched("order", payment.order_id)])


def _kept(actor: Any, order: Order, kind: str, amount: Money, method: str, note: str) -> Payment:
    if amount.amount <= 0:
        raise Refused(_("The amount is above zero."), field="amount")
    if amount.currency != order.currency:
        raise Refused(_("This order is in %(currency)s.") % {"currency": order.currency}, field="amount")
    payment = Payment(order=order, kind=kind, amount=amount, method=method, note=note, owner_id=order.owner_id)
    (kept,) = records.create_many(actor=actor, resource=registry.get("payment"), records=[payment])
    return kept  # type: ignore[return-value]
