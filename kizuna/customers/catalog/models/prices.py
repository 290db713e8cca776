"""Price books: who pays what, from which quantity on, and when."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import columns, text
from kizuna.base.types.money import Money
from kizuna.base.types.names import folded


class PriceBook(Record):
    """Prices for some customers or for all, for a time or for good.

    A book with a company is for it alone, one with tags for customers who have one of them, another one for everybody.
    Of several that fit, the closest counts: company before tags before everybody, then the higher rank.
    """

    name = models.CharField(_("name"), max_length=200)
    company = models.ForeignKey(
        "contacts.Company",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("only for the company"),
    )
    tags = columns.TagsField(_("for customers tagged"))
    since_on = models.DateField(_("valid from"), null=True, blank=True)
    until_on = models.DateField(_("valid until"), null=True, blank=True)
    rank = models.PositiveSmallIntegerField(
        _("rank"), default=0, help_text=_("Where two books fit as closely, the higher rank counts.")
    )
    includes_tax = models.BooleanField(_("prices include tax"), default=False)
    about = models.TextField(_("about"), max_length=5000, blank=True, default="")
    sort_key = columns.SortKeyField()
    folded_names = columns.FoldedNamesField()

    class Meta:
        verbose_name = _("price book")
        verbose_name_plural = _("price books")
        constraints = [
            RowCheck(
                name="catalog_pricebook_named",
                condition=~Q(name=""),
                violation_error_message=_("A price book needs a name."),
            ),
            RowCheck(
                name="catalog_pricebook_since_until",
                condition=Q(since_on=None) | Q(until_on=None) | Q(since_on__lte=F("until_on")),
                violation_error_message=_("It cannot end before it begins."),
            ),
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], condition=LIVE, name="catalog_pricebook_sort"),
            models.Index(fields=["company"], condition=Q(company__isnull=False), name="catalog_pricebook_company"),
        ]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.name, self.about = text.clean(self.name), text.clean_long(self.about)
        self.sort_key = text.sort_key(self.name)
        self.folded_names = folded(self.name)

    def closeness(self, company_id: int | None, tags: Collection[str]) -> int | None:
        """How closely it is meant for a customer: 2 for the company, 1 by a tag, 0 for everybody; None not at all."""
        if self.company_id is not None:
            return 2 if self.company_id == company_id else None
        if self.tags:
            return 1 if set(self.tags) & set(tags) else None
        return 0


class Price(Record):
    """What one unit of a product costs in a book when so many units or more are bought."""

    book = models.ForeignKey(PriceBook, models.PROTECT, related_name="+", verbose_name=_("price book"))
    product = models.ForeignKey(
        "catalog.Product", models.PROTECT, related_name="+", db_index=False, verbose_name=_("product")
    )
    from_quantity = models.DecimalField(_("from quantity"), max_digits=12, decimal_places=3, default=1)
    price = columns.MoneyField(_("price per unit"), null=False, blank=False)

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            RowCheck(
                name="catalog_price_amount",
                condition=Q(price__gte=0),
                violation_error_message=_("A price is not below zero."),
            ),
            RowCheck(
                name="catalog_price_quantity",
                condition=Q(from_quantity__gt=0),
                violation_error_message=_("The quantity is above zero."),
            ),
            models.UniqueConstraint(
                fields=["book", "product", "price_currency", "from_quantity"],
                condition=LIVE,
                name="catalog_price_once",
                violation_error_message=_("This book has a price for this quantity already."),
            ),
        ]
        indexes = [
            models.Index(fields=["product", "price_currency"], condition=LIVE, name="catalog_price_product"),
        ]

    def __str__(self) -> str:
        return f"{self.product} × {self.from_quantity.normalize():f}"

    @property
    def per_unit(self) -> Money:
        """The price, which is always there."""
        assert self.price is not None
        return self.price
