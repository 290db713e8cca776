"""Quote line: so many units at a price that stays. What is said about a quote, and when somebody has to approve it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import columns, erasing, text
from kizuna.base.types.money import Money
from kizuna.base.types.names import folded
from kizuna.customers.catalog.models import Product
from kizuna.customers.catalog.reckoning import Discount, Line, Tax
from kizuna.domains.sales.models.opportunities import Opportunity
from kizuna.domains.sales.models.quotes import Quote


class QuoteLine(Record):
    """What is offered: words, price and tax are kept as they were, whatever becomes of the product. An optional line
    stays out of the totals until the customer takes it (`is_chosen`). `list_price` is what the price book said."""

    quote = models.ForeignKey(Quote, models.PROTECT, related_name="+", db_index=False, verbose_name=_("quote"))
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("product"),
    )
    words = models.CharField(_("what"), max_length=300, blank=True, default="")
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3, default=1)
    unit = models.CharField(_("unit"), max_length=12, blank=True, default="", choices=Product.Unit.choices)
    unit_price = columns.MoneyField(_("unit price"))
    list_price = columns.MoneyField(_("price of the price book"), editable=False)
    discount_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    discount_amount = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    tax_percent = models.DecimalField(_("tax in per cent"), max_digits=6, decimal_places=3, null=True, blank=True)
    tax_title = models.CharField(_("tax"), max_length=60, blank=True, default="", editable=False)
    is_reduced = models.BooleanField(_("reduced rate"), default=False, editable=False)
    is_optional = models.BooleanField(
        _("optional"), default=False, help_text=_("Not in the total until the customer takes it.")
    )
    is_chosen = models.BooleanField(_("taken"), default=False, editable=False)
    total = columns.MoneyField(_("total"), editable=False)
    position = models.PositiveIntegerField(_("place"), default=0)

    figures: ClassVar[frozenset[str]] = frozenset({"total", "total_currency", "is_chosen"})

    class Meta:
        verbose_name = _("quote line")
        verbose_name_plural = _("quote lines")
        constraints = [
            RowCheck(
                name="sales_quoteline_quantity",
                condition=Q(quantity__gt=0),
                violation_error_message=_("The quantity is above zero."),
            ),
            RowCheck(
                name="sales_quoteline_discount",
                condition=Q(discount_percent=None) | Q(discount_amount=None),
                violation_error_message=_("A discount is a percentage or an amount, not both."),
            ),
        ]
        indexes = [
            models.Index(fields=["quote", "position", "id"], name="sales_quoteline_quote"),
            models.Index(fields=["product", "quote"], condition=LIVE & Q(product__isnull=False), name="sales_quoted"),
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
        tax = None if self.tax_percent is None else Tax(self.tax_percent, self.tax_title, self.is_reduced)
        return Line(self.quantity, self.unit_price, discount, tax, self.is_optional and not self.is_chosen)


class QuoteMessage(Record):
    """A word between a customer and us about a quote, written on the page that its link leads to or on its record."""

    quote = models.ForeignKey(Quote, models.PROTECT, related_name="+", verbose_name=_("quote"))
    opportunity = models.ForeignKey(
        Opportunity, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("opportunity")
    )
    company = models.ForeignKey(
        "contacts.Company", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("company")
    )
    contact = models.ForeignKey(
        "contacts.Contact", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )
    is_ours = models.BooleanField(_("ours"), default=True)
    author = models.CharField(_("who"), max_length=120, blank=True, default="")
    text = models.TextField(_("text"), max_length=5000)
    said_at = models.DateTimeField(_("when"))

    when_erased: ClassVar[erasing.Rules] = {"contact": erasing.Erase()}

    class Meta:
        verbose_name = _("word on a quote")
        verbose_name_plural = _("words on quotes")
        constraints = [
            RowCheck(
                name="sales_quotemessage_text",
                condition=~Q(text=""),
                violation_error_message=_("Write something first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author}: {self.text[:60]}"

    def normalise(self) -> None:
        self.author, self.text = text.clean(self.author), text.clean_long(self.text)


class ApprovalRule(Record):
    """Quotes that a second pair of eyes has to see: above a discount, above an amount; where both are given, both."""

    name = models.CharField(_("name"), max_length=120)
    above_percent = models.DecimalField(
        _("discount above, in per cent"), max_digits=6, decimal_places=3, null=True, blank=True
    )
    above_amount = columns.MoneyField(_("total before tax above"))
    sort_key = columns.SortKeyField()
    folded_names = columns.FoldedNamesField()

    class Meta:
        verbose_name = _("approval rule")
        verbose_name_plural = _("approval rules")
        constraints = [
            RowCheck(
                name="sales_approvalrule_says",
                condition=~Q(name="") & (Q(above_percent__isnull=False) | Q(above_amount__isnull=False)),
                violation_error_message=_("A rule has a name, and a discount or an amount above which it holds."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.name = text.clean(self.name)
        self.sort_key = text.sort_key(self.name)
        self.folded_names = folded(self.name)
