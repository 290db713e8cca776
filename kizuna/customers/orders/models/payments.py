"""Money that came in for an order, and that went back."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import columns, text
from kizuna.customers.orders.models.orders import Order


class Payment(Record):
    """A payment, a refund, or a chargeback (the bank took it back). The amount is always above zero; the kind says
    which way it went. Only services write payments: a mistake is made good by a refund."""

    class Kind(models.TextChoices):
        PAYMENT = "payment", _("Payment")
        REFUND = "refund", _("Refund")
        CHARGEBACK = "chargeback", _("Chargeback")

    class Method(models.TextChoices):
        CARD = "card", _("Card")
        TRANSFER = "transfer", _("Bank transfer")
        CASH = "cash", _("Cash")
        INVOICE = "invoice", _("Invoice")
        CONVENIENCE = "convenience", _("Convenience store")
        WALLET = "wallet", _("Wallet")
        DELIVERY = "delivery", _("Cash on delivery")
        OTHER = "other", _("Other")

    order = models.ForeignKey(Order, models.PROTECT, related_name="+", db_index=False, verbose_name=_("order"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PAYMENT)
    amount = columns.MoneyField(_("amount"))
    method = models.CharField(_("method"), max_length=12, choices=Method.choices, default=Method.CARD)
    paid_at = models.DateTimeField(_("when"), default=timezone.now)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            RowCheck(
                name="orders_payment_amount",
                condition=Q(amount__isnull=True) | Q(amount__gt=0),
                violation_error_message=_("The amount is above zero."),
            ),
        ]
        indexes = [
            models.Index(fields=["order", "paid_at"], name="orders_payment_order"),
            models.Index(fields=["paid_at", "id"], condition=LIVE, name="orders_payment_when"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"

    def normalise(self) -> None:
        self.note = text.clean(self.note)

    def clean(self) -> None:
        """A payment of before this was asked may have none: it is kept, and counts for nothing."""
        if self.amount is None:
            raise ValidationError({"amount": _("This is needed.")})
