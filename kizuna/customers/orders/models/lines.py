"""Order line: so many units of a product, in the words and at the price of the day."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE
from kizuna.customers.catalog.models import PricedLine
from kizuna.customers.orders.models.orders import Order


class OrderLine(PricedLine):
    """What was sold; `shipped` and `returned` follow from what was sent and came back."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="+", db_index=False, verbose_name=_("order"))
    shipped = models.DecimalField(_("shipped"), max_digits=12, decimal_places=3, default=0, editable=False)
    returned = models.DecimalField(_("returned"), max_digits=12, decimal_places=3, default=0, editable=False)

    figures: ClassVar[frozenset[str]] = PricedLine.figures | {"shipped", "returned"}

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = [
            *PricedLine.Meta.constraints,
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

    @property
    def unshipped(self) -> Decimal:
        return self.quantity - self.shipped

    @property
    def kept(self) -> Decimal:
        """What the customer has."""
        return self.shipped - self.returned
