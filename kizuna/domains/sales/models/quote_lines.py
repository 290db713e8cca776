"""Quote line: so many units at a price that stays. What is said about a quote, and when somebody has to approve it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import columns, erasing, text
from kizuna.base.types.names import folded
from kizuna.customers.catalog.models import PriceBook, PricedLine, Product
from kizuna.domains.sales.models.opportunities import Opportunity
from kizuna.domains.sales.models.quotes import Quote


class QuoteLine(PricedLine):
    """What is offered. An optional line stays out of the totals until the customer takes it (`is_chosen`). `list_price`
    is what the catalogue said, `price_book` in which book it stood; none where it is the list price."""

    quote = models.ForeignKey(Quote, models.PROTECT, related_name="+", db_index=False, verbose_name=_("quote"))
    unit = models.CharField(_("unit"), max_length=12, blank=True, default="", choices=Product.Unit.choices)
    billing = models.CharField(
        _("billing period"),
        max_length=16,
        blank=True,
        default="",
        choices=Product.Billing.choices,
        help_text=_("Empty: the price is paid once."),
    )
    list_price = columns.MoneyField(_("catalogue price"), editable=False)
    price_book = models.ForeignKey(
        PriceBook, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("price book")
    )
    is_optional = models.BooleanField(
        _("optional"), default=False, help_text=_("Not in the total until the customer takes it.")
    )
    is_chosen = models.BooleanField(_("taken"), default=False, editable=False)

    figures: ClassVar[frozenset[str]] = PricedLine.figures | {"is_chosen"}

    class Meta:
        verbose_name = _("quote line")
        verbose_name_plural = _("quote lines")
        constraints = PricedLine.Meta.constraints
        indexes = [
            models.Index(fields=["quote", "position", "id"], name="sales_quoteline_quote"),
            models.Index(fields=["product", "quote"], condition=LIVE & Q(product__isnull=False), name="sales_quoted"),
        ]

    @property
    def is_left_out(self) -> bool:
        return self.is_optional and not self.is_chosen


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
