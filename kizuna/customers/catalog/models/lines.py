"""A line of a document: so many units of a product, in the words and at the price of the day."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import Record
from kizuna.base.types import columns, text
from kizuna.base.types.errors import Invalid
from kizuna.base.types.money import Money
from kizuna.customers.catalog.models.taxes import TaxRate
from kizuna.customers.catalog.reckoning import Discount, Line, Tax


class PricedLine(Record):
    """What the lines of orders, quotes and deals have in common: words, price and tax are kept as they were, whatever
    becomes of the product. `total` is what the line costs after its discount."""

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
    position = models.PositiveIntegerField(_("place"), default=0)

    figures: ClassVar[frozenset[str]] = frozenset({"total", "total_currency"})

    class Meta:
        abstract = True
        constraints = [
            RowCheck(
                name="%(app_label)s_%(class)s_quantity",
                condition=Q(quantity__gt=0),
                violation_error_message=_("The quantity is above zero."),
            ),
            RowCheck(
                name="%(app_label)s_%(class)s_discount",
                condition=Q(discount_percent=None) | Q(discount_amount=None),
                violation_error_message=_("A discount is a percentage or an amount, not both."),
            ),
        ]

    def __str__(self) -> str:
        return self.words

    def normalise(self) -> None:
        self.words = text.clean(self.words)

    def clean(self) -> None:
        if self.unit_price is None:
            raise ValidationError({"unit_price": _("This is needed.")})

    def take_words(self, language: str = "") -> None:
        """As the product is called, in the customer's language where that is given, unless somebody said more. Raises
        Invalid for a line that says nothing."""
        if self.product and not self.words:
            self.words = self.product.name_in(language) if language else self.product.name
        if not self.words:
            raise Invalid({"product": [_("Choose a product, or say what it is.")]})

    def take_tax(self, rate: TaxRate | None) -> None:
        """The rate that is due, or that its percentage is, as it stands on the day; what is there stays."""
        if rate and not self.tax_title:
            self.tax_percent = rate.percent if self.tax_percent is None else self.tax_percent
            self.call_tax(rate)

    def call_tax(self, rate: TaxRate | None) -> None:
        """Name its percentage like the rate that it is, with the mark of a reduced one; a percentage that is no rate
        has no name. Lines of one rate are taxed together, so what is the same must be called the same."""
        rate = rate if self.tax_percent is not None else None
        self.tax_title = rate.title if rate else ""
        self.is_reduced = bool(rate and rate.tax_class.is_reduced)

    def needed_price(self, currency: str) -> Money:
        """Its price. Raises Invalid for a line that nobody knows the price of."""
        if self.unit_price is None:
            raise Invalid({"unit_price": [_("There is no price in %(currency)s: give one.") % {"currency": currency}]})
        return self.unit_price

    @property
    def reckoned(self) -> Line:
        """As the reckoning takes it. Raises Refused for what cannot be sold."""
        assert self.unit_price is not None
        tax = None if self.tax_percent is None else Tax(self.tax_percent, self.tax_title, self.is_reduced)
        return Line(self.quantity, self.unit_price, self.discount_taken, tax, self.is_left_out)

    @property
    def is_left_out(self) -> bool:
        """Whether it stays out of the sums."""
        return False

    @property
    def discount_taken(self) -> Discount | None:
        if self.discount_percent is not None:
            return Discount(percent=self.discount_percent)
        if self.discount_amount is None or self.unit_price is None:
            return None
        return Discount(amount=Money(self.discount_amount, self.unit_price.currency))
