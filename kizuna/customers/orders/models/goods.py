"""Goods on their way: to the customer, and back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import erasing, text, ties
from kizuna.customers.orders.models.lines import OrderLine
from kizuna.customers.orders.models.orders import Order


class Shipment(Record):
    """What was sent at once."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="+", db_index=False, verbose_name=_("order"))
    shipped_at = models.DateTimeField(_("shipped"), default=timezone.now)
    carrier = models.CharField(_("carrier"), max_length=80, blank=True, default="")
    tracking = models.CharField(_("tracking number"), max_length=80, blank=True, default="")

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        indexes = [
            models.Index(fields=["order", "shipped_at"], name="orders_shipment_order"),
            models.Index(fields=["shipped_at", "id"], condition=LIVE, name="orders_shipment_when"),
        ]

    def __str__(self) -> str:
        return self.tracking or f"{self.shipped_at:%Y-%m-%d}"

    def normalise(self) -> None:
        self.carrier, self.tracking = text.clean(self.carrier), text.clean(self.tracking)


class Return(Record):
    """What came back at once, and why."""

    class Reason(models.TextChoices):
        FIT = "fit", _("Does not fit")
        CHANGED = "changed", _("Changed their mind")
        DAMAGED = "damaged", _("Arrived damaged")
        FAULTY = "faulty", _("Does not work")
        WRONG = "wrong", _("Wrong article")
        LATE = "late", _("Came too late")
        OTHER = "other", _("Other")

    order = models.ForeignKey(Order, models.PROTECT, related_name="+", db_index=False, verbose_name=_("order"))
    returned_at = models.DateTimeField(_("returned"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices, default=Reason.OTHER)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        indexes = [
            models.Index(fields=["order", "returned_at"], name="orders_return_order"),
            models.Index(fields=["returned_at", "id"], condition=LIVE, name="orders_return_when"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.returned_at:%Y-%m-%d}"

    def normalise(self) -> None:
        self.note = text.clean(self.note)


class Moved(models.Model):
    """So many units of an order line."""

    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="+", db_index=False)
    quantity = models.DecimalField(max_digits=12, decimal_places=3)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.line_id} × {self.quantity}"


class ShipmentLine(Moved):
    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="+")

    when_merged: ClassVar[ties.Rules] = {"shipment": ties.Move(), "line": ties.Move()}
    when_erased: ClassVar[erasing.Rules] = {"shipment": erasing.Erase(), "line": erasing.Erase()}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "shipment"], name="orders_shipmentline_once"),
            models.CheckConstraint(name="orders_shipmentline_quantity", condition=Q(quantity__gt=0)),
        ]


class ReturnLine(Moved):
    back = models.ForeignKey(Return, models.CASCADE, related_name="+")

    when_merged: ClassVar[ties.Rules] = {"back": ties.Move(), "line": ties.Move()}
    when_erased: ClassVar[erasing.Rules] = {"back": erasing.Erase(), "line": erasing.Erase()}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "back"], name="orders_returnline_once"),
            models.CheckConstraint(name="orders_returnline_quantity", condition=Q(quantity__gt=0)),
        ]
