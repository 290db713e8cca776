"""Order line: so many units of a product, in the words and at the price of the day."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import columns, text
from kizuna.base.types.money import Money
from kizuna.customers.catalog.reckoning import Discount, Line, Tax
from kizuna.customers.orders.models.orders import Order


class OrderLine(Record):
    """What was sold: words, price and tax are kept as they were, whatever becomes of the product. `total` is what the
    line costs after its discount; `shipped` and `returned` follow from what was sent and came back."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="+", db_index=False, verbose_name=_("order"))
    product = models.ForeignKey(
        "catalog.Product",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("product"),
    )
    words = models.CharField(_("what"), max_length=300, blank=True, default="")
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3, default=1)
    unit_price = columns.MoneyField(_("unit price"))
    discount_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    discount_amount = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    tax_percent = models.DecimalField(_("tax %"), max_digits=6, decimal_places=3, null=True, blank=True)
    tax_title = models.CharField(_("tax"), max_length=60, blank=True, default="", editable=False)
    is_reduced = models.BooleanField(_("reduced rate"), default=False, editable=False)
    total = columns.MoneyField(_("total"), editable=False)
    shipped = models.DecimalField(_("shipped"), max_digits=12, decimal_places=3, default=0, editable=False)
    returned = models.DecimalField(_("returned"), max_digits=12, decimal_places=3, default=0, editable=False)
    position = models.PositiveIntegerField(_("place"), default=0)

    figures: ClassVar[frozenset[str]] = frozenset({"total", "total_currency", "shipped", "returned"})

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = [
            RowCheck(
                name="orders_orderline_quantity",
                condition=Q(quantity__gt=0),
                violation_error_message=_("The quantity is above zero."),
            ),
            RowCheck(
                name="orders_orderline_discount",
                condition=Q(discount_percent=None) | Q(discount_amount=None),
                violation_error_message=_("A discount is a percentage or an amount, not both."),
            ),
            RowCheck(
                name="orders_orderline_shipped",
                condition=Q(shipped__lte=F("quantity")) & Q(returned__lte=F("shipped")),
                violation_error_message=_("No more can be shipped than was sold, nor come back than was shipped."),
            ),
        ]
        indexes = [
            models.Index(fields=["order", "position", "id"], name="orders_orderline_order"),
            models.Index(fields=["product", "order"], condition=LIVE & Q(product__isnull=False), name="orders_sold"),
        ]

    def __str__(self) -> str:
        return self.words

    def normalise(self) -> None:
        self.words = text.clean(self.words)

    @property
    def reckoned(self) -> Line:
        """As the reckoning takes it. Raises Refused for what cannot be sold."""
        assert self.unit_price is not None
        discount = None
        if self.discount_percent is not None:
            discount = Discount(percent=self.discount_percent)
        elif self.discount_amount is not None:
            discount = Discount(amount=Money(self.discount_amount, self.unit_price.currency))
        tax = None if self.tax_percent is None else Tax(self.tax_percent, is_reduced=self.is_reduced)
        return Line(self.quantity, self.unit_price, discount, tax)

    @property
    def unshipped(self) -> Decimal:
        return self.quantity - self.shipped

    @property
    def kept(self) -> Decimal:
        """What the customer has."""
        return self.shipped - self.returned
