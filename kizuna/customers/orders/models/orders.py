"""Order: what a customer bought, from which channel, and how far it has come."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import columns, erasing, text, ties
from kizuna.base.types.money import Money
from kizuna.base.types.refs import RecordRef
from kizuna.customers.catalog.reckoning import Discount, Rounding, Rules
from kizuna.customers.contacts.models.choices import country_choices
from kizuna.customers.orders.models.channels import SalesChannel

BOOKS = _("Bills are kept as long as tax law asks, without what says whose they were.")

TO_COME = _("The day of an order cannot be in the future.")


class NumberSeries(models.Model):
    """The last number given, one row a database: taken and raised in the transaction that makes the order."""

    name = models.CharField(max_length=20, unique=True)
    last = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"{self.name} {self.last}"


def is_to_come(moment: dt.datetime) -> bool:
    """Whether nobody can have ordered then: a day is left to clocks and zones of elsewhere."""
    return moment > timezone.now() + dt.timedelta(days=1)


class Order(Record):
    """What was bought. `status` and `given_back` follow from what happened to it (`settle`) and are never typed; the
    totals follow from the lines. `origin` is the record it came from, such as a quote. How it is reckoned is kept from
    its channel."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("order", "Open")
        PAID = "paid", _("Paid")
        SHIPPED = "shipped", _("Shipped")
        COMPLETED = "completed", _("Completed")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.CharField(_("number"), max_length=20, editable=False)
    channel = models.ForeignKey(
        SalesChannel, models.PROTECT, related_name="+", db_index=False, verbose_name=_("sales channel")
    )
    contact = models.ForeignKey(
        "contacts.Contact",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("contact"),
    )
    company = models.ForeignKey(
        "contacts.Company",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("company"),
    )
    ordered_at = models.DateTimeField(_("ordered"), default=timezone.now)
    external_id = models.CharField(
        _("number in the shop"), max_length=80, blank=True, default="", help_text=_("What the shop system calls it.")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OPEN, editable=False)
    currency = models.CharField(
        _("currency"), max_length=3, blank=True, default="", help_text=_("Empty: that of the sales channel.")
    )
    country = models.CharField(
        _("country of taxes"),
        max_length=2,
        blank=True,
        default="",
        choices=country_choices,
        help_text=_("Empty: that of the sales channel."),
    )
    includes_tax = models.BooleanField(_("prices include tax"), default=False)
    is_tax_per_line = models.BooleanField(_("tax by line"), default=False)
    rounding = models.CharField(
        _("rounding of tax"),
        max_length=16,
        choices=Rounding.choices,
        default=Rounding.HALF_UP,
    )
    discount_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    discount_amount = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    total = columns.MoneyField(_("total"), editable=False)
    tax = columns.MoneyField(_("tax"), editable=False)
    paid = columns.MoneyField(_("paid"), editable=False)
    given_back = columns.MoneyField(
        _("given back"),
        editable=False,
        help_text=_("What goods that came back had cost, or what was refunded and charged back: the larger one."),
    )
    ship_to = models.TextField(_("ship to"), max_length=1000, blank=True, default="")
    note = models.TextField(_("note"), max_length=5000, blank=True, default="")
    origin_resource = models.CharField(max_length=40, blank=True, default="", editable=False)
    origin_id = models.BigIntegerField(null=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, editable=False)
    why_cancelled = models.CharField(_("why cancelled"), max_length=200, blank=True, default="", editable=False)

    when_merged: ClassVar[ties.Rules] = {"origin_id": ties.Move()}
    when_erased: ClassVar[erasing.Rules] = {
        "contact": erasing.Keep(BOOKS, clear={"ship_to": "", "note": "", "external_id": "", "why_cancelled": ""}),
        "origin_id": erasing.Unlink(),
    }
    figures: ClassVar[frozenset[str]] = frozenset(
        {
            "status",
            "total",
            "total_currency",
            "tax",
            "tax_currency",
            "paid",
            "paid_currency",
            "given_back",
            "given_back_currency",
        }
    )

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="orders_order_number_once"),
            models.UniqueConstraint(
                fields=["channel", "external_id"],
                condition=~Q(external_id=""),
                name="orders_order_external_once",
                violation_error_message=_("This order of the channel is here already."),
            ),
            RowCheck(
                name="orders_order_discount",
                condition=Q(discount_percent=None) | Q(discount_amount=None),
                violation_error_message=_("A discount is a percentage or an amount, not both."),
            ),
        ]
        indexes = [
            models.Index(fields=["ordered_at", "id"], condition=LIVE, name="orders_order_when"),
            models.Index(fields=["owner", "ordered_at", "id"], condition=LIVE, name="orders_order_owner"),
            models.Index(fields=["status", "ordered_at", "id"], condition=LIVE, name="orders_order_status"),
            models.Index(
                fields=["channel", "ordered_at", "id", "currency", "total", "status", "owner"],
                condition=LIVE,
                name="orders_order_channel",
            ),
            models.Index(fields=["updated_at", "id"], condition=LIVE, name="orders_order_updated"),
            models.Index(
                fields=["contact", "ordered_at", "id"], condition=Q(contact__isnull=False), name="orders_order_contact"
            ),
            models.Index(
                fields=["company", "ordered_at", "id"], condition=Q(company__isnull=False), name="orders_order_company"
            ),
            models.Index(
                fields=["origin_resource", "origin_id"],
                condition=Q(origin_id__isnull=False),
                name="orders_order_origin",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def normalise(self) -> None:
        self.external_id = text.clean(self.external_id)
        self.ship_to, self.note = text.clean_long(self.ship_to), text.clean_long(self.note)

    @property
    def origin(self) -> RecordRef | None:
        return RecordRef(self.origin_resource, self.origin_id) if self.origin_id else None

    @property
    def rules(self) -> Rules:
        return Rules(self.currency, self.includes_tax, self.is_tax_per_line, Rounding(self.rounding))

    @property
    def discount(self) -> Discount | None:
        if self.discount_percent is not None:
            return Discount(percent=self.discount_percent)
        return Discount(amount=Money(self.discount_amount, self.currency)) if self.discount_amount is not None else None

    @property
    def is_changeable(self) -> bool:
        """What is bought can change until something was shipped or it was cancelled."""
        return self.status in (self.Status.OPEN, self.Status.PAID)

    @property
    def owed(self) -> Money:
        """What is not paid yet; below zero when too much was."""
        zero = Money.zero(self.currency)
        return (self.total or zero) - (self.paid or zero)

    def begin(self) -> None:
        """Take over from the channel how it is reckoned, on a new order."""
        self.includes_tax, self.is_tax_per_line = self.channel.includes_tax, self.channel.is_tax_per_line
        self.rounding = self.channel.rounding
        self.currency, self.country = self.currency or self.channel.currency, self.country or self.channel.country

    def settle(
        self, *, has_lines: bool, is_shipped: bool, back: Money | None = None, repaid: Money | None = None
    ) -> None:
        """How far it has come, of what happened: in memory. For what came back (`back`) nobody owes anything; `repaid`
        is money that went back, without what was paid too much."""
        self.given_back = max(filter(None, (back, repaid)), key=lambda one: one.amount, default=None)
        left = self.owed - back if back else self.owed
        is_paid = has_lines and left.amount <= 0
        if self.cancelled_at:
            self.status = self.Status.CANCELLED
        elif is_paid and is_shipped:
            self.status = self.Status.COMPLETED
        elif is_shipped:
            self.status = self.Status.SHIPPED
        else:
            self.status = self.Status.PAID if is_paid else self.Status.OPEN
