"""Order line: so many units of a product, in the words and at the price of the day."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE
from kizuna.base.types import text
from kizuna.customers.catalog.models import PricedLine
from kizuna.customers.orders.models.orders import Order


class OrderLine(PricedLine):
    """What was sold; `shipped` and `returned` follow from what was sent and came back. `charged` is what was paid for
    it where that is not its `total`: with tax, less its share of the order's discount."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="+", db_index=False, verbose_name=_("order"))
    shipped = models.DecimalField(_("shipped"), max_digits=12, decimal_places=3, default=0, editable=False)
    returned = models.DecimalField(_("returned"), max_digits=12, decimal_places=3, default=0, editable=False)
    charged = models.DecimalField(max_digits=20, decimal_places=4, null=True, editable=False)

    size = models.CharField(_("size"), max_length=40, blank=True, default="")
    colour = models.CharField(_("colour"), max_length=60, blank=True, default="")

    figures: ClassVar[frozenset[str]] = PricedLine.figures | {"shipped", "returned", "charged"}

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

    def normalise(self) -> None:
        super().normalise()
        self.size, self.colour = text.clean(self.size), text.clean(self.colour)

    def take_words(self, language: str = "") -> None:
        """With the size and the colour, where the product does not say them itself."""
        self.take_options()
        if self.product and not self.words:
            more = [
                one for one in (self.size, self.colour) if one and one not in (self.product.size, self.product.colour)
            ]
            self.words = f"{self.product.name} ({', '.join(more)})"[:300] if more else self.product.name
        super().take_words(language)

    def take_options(self) -> None:
        """Size and colour of the product; what is there stays, as it was on the day."""
        if self.product:
            self.size, self.colour = self.size or self.product.size, self.colour or self.product.colour

    @property
    def unshipped(self) -> Decimal:
        return self.quantity - self.shipped

    @property
    def kept(self) -> Decimal:
        """What the customer has."""
        return self.shipped - self.returned
