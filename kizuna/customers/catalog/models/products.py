"""Product: goods, a service, a subscription, or a bundle of these."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import columns, text
from kizuna.base.types.names import folded
from kizuna.customers.contacts.models import choices


class Product(Record):
    """Something that we sell. `price` is the list price of one unit before tax; price books say who pays otherwise.

    A subscription is paid again in each `billing` period. A product is sold from `sold_from_on` until `sold_until_on`,
    both days included. One that comes in sizes or colours has a variant for each, a product with a code of its own.
    """

    class Kind(models.TextChoices):
        GOODS = "goods", _("Goods")
        SERVICE = "service", _("Service")
        SUBSCRIPTION = "subscription", _("Subscription")
        BUNDLE = "bundle", _("Bundle")

    class Unit(models.TextChoices):
        PIECE = "piece", _("Piece")
        SET = "set", pgettext_lazy("unit", "Set")
        PAIR = "pair", _("Pair")
        BOX = "box", _("Box")
        METRE = "metre", _("Metre")
        SQUARE_METRE = "square_metre", _("Square metre")
        KILOGRAM = "kilogram", _("Kilogram")
        LITRE = "litre", _("Litre")
        HOUR = "hour", _("Hour")
        DAY = "day", pgettext_lazy("unit", "Day")
        MONTH = "month", pgettext_lazy("unit", "Month")
        YEAR = "year", _("Year")
        FLAT = "flat", _("Flat rate")

    class Billing(models.TextChoices):
        MONTHLY = "monthly", _("Monthly")
        QUARTERLY = "quarterly", _("Quarterly")
        YEARLY = "yearly", _("Yearly")

    name = models.CharField(_("name"), max_length=300)
    reading = models.CharField(_("reading"), max_length=300, blank=True, default="")
    code = models.CharField(_("product code"), max_length=60, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.GOODS)
    category = models.ForeignKey(
        "catalog.Category",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("category"),
    )
    variant_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("variant of"),
        help_text=_("The product that this is a size or colour of: what is left empty is taken from it."),
    )
    brand = models.CharField(_("brand"), max_length=120, blank=True, default="")
    size = models.CharField(_("size"), max_length=40, blank=True, default="")
    colour = models.CharField(_("colour"), max_length=60, blank=True, default="")
    unit = models.CharField(_("unit"), max_length=16, choices=Unit.choices, default=Unit.PIECE)
    price = columns.MoneyField(_("list price"), help_text=_("Of one unit, before tax."))
    cost = columns.MoneyField(_("cost"), help_text=_("What one unit costs us."))
    tax_class = models.ForeignKey(
        "catalog.TaxClass",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("tax class"),
    )
    billing = models.CharField(_("billing period"), max_length=16, choices=Billing.choices, blank=True, default="")
    sold_from_on = models.DateField(_("sold from"), null=True, blank=True)
    sold_until_on = models.DateField(_("sold until"), null=True, blank=True)
    tags = columns.TagsField(_("tags"))
    about = models.TextField(_("about"), max_length=20_000, blank=True, default="")
    sort_key = columns.SortKeyField()
    folded_names = columns.FoldedNamesField()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            RowCheck(
                name="catalog_product_named",
                condition=~Q(name=""),
                violation_error_message=_("A product needs a name."),
            ),
            RowCheck(
                name="catalog_product_price",
                condition=Q(price=None) | Q(price__gte=0),
                violation_error_message=_("A list price is not below zero."),
            ),
            RowCheck(
                name="catalog_product_billing",
                condition=(Q(kind="subscription") & ~Q(billing="")) | (~Q(kind="subscription") & Q(billing="")),
                violation_error_message=_("Only subscriptions are paid again and again, and they always are."),
            ),
            RowCheck(
                name="catalog_product_sold_from_until",
                condition=Q(sold_from_on=None) | Q(sold_until_on=None) | Q(sold_from_on__lte=F("sold_until_on")),
                violation_error_message=_("It cannot be sold until a day before it is sold from."),
            ),
            RowCheck(
                name="catalog_product_variant_of_another",
                condition=Q(variant_of=None) | ~Q(variant_of=F("id")),
                violation_error_message=_("A product is no variant of itself."),
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=LIVE & ~Q(code=""),
                name="catalog_product_code_once",
                violation_error_message=_("Another product has this code."),
            ),
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], condition=LIVE, name="catalog_product_sort"),
            models.Index(fields=["category", "sort_key", "id"], condition=LIVE, name="catalog_product_category"),
            models.Index(fields=["kind", "sort_key", "id"], condition=LIVE, name="catalog_product_kind"),
            models.Index(fields=["updated_at", "id"], condition=LIVE, name="catalog_product_updated"),
            models.Index(fields=["variant_of"], condition=Q(variant_of__isnull=False), name="catalog_product_variants"),
        ]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.name, self.reading = text.clean(self.name), text.clean(self.reading)
        self.code, self.brand = text.clean(self.code), text.clean(self.brand)
        self.size, self.colour = text.clean(self.size), text.clean(self.colour)
        self.about = text.clean_long(self.about)
        if self.kind != self.Kind.SUBSCRIPTION:
            self.billing = ""
        elif not self.billing:
            self.billing = self.Billing.MONTHLY
        self.sort_key = text.sort_key(self.reading or self.name)
        self.folded_names = folded(self.name, self.reading)

    def take_over(self, whole: Product) -> None:
        """What a new variant has in common with the product that it is one of, where it does not say otherwise."""
        self.category_id, self.tax_class_id = (
            self.category_id or whole.category_id,
            self.tax_class_id or whole.tax_class_id,
        )
        self.brand, self.kind, self.unit = self.brand or whole.brand, whole.kind, whole.unit
        self.billing = self.billing or whole.billing
        self.price, self.cost = self.price or whole.price, self.cost or whole.cost

    def name_in(self, language: str) -> str:
        """What it is called in a language; its own name where nobody gave another. One query."""
        names = ProductName.objects.live().filter(product=self, language=language)
        return names.values_list("name", flat=True).first() or self.name

    def is_sold(self, on: dt.date) -> bool:
        """Whether it can be bought on that day."""
        has_begun = self.sold_from_on is None or self.sold_from_on <= on
        return has_begun and (self.sold_until_on is None or on <= self.sold_until_on)


COUNTED = {
    Product.Unit.PIECE: ngettext_lazy("%(number)s piece", "%(number)s pieces", "count"),
    Product.Unit.SET: ngettext_lazy("%(number)s set", "%(number)s sets", "count"),
    Product.Unit.PAIR: ngettext_lazy("%(number)s pair", "%(number)s pairs", "count"),
    Product.Unit.BOX: ngettext_lazy("%(number)s box", "%(number)s boxes", "count"),
    Product.Unit.METRE: ngettext_lazy("%(number)s metre", "%(number)s metres", "count"),
    Product.Unit.SQUARE_METRE: ngettext_lazy("%(number)s square metre", "%(number)s square metres", "count"),
    Product.Unit.KILOGRAM: ngettext_lazy("%(number)s kilogram", "%(number)s kilograms", "count"),
    Product.Unit.LITRE: ngettext_lazy("%(number)s litre", "%(number)s litres", "count"),
    Product.Unit.HOUR: ngettext_lazy("%(number)s hour", "%(number)s hours", "count"),
    Product.Unit.DAY: ngettext_lazy("%(number)s day", "%(number)s days", "count"),
    Product.Unit.MONTH: ngettext_lazy("%(number)s month", "%(number)s months", "count"),
    Product.Unit.YEAR: ngettext_lazy("%(number)s year", "%(number)s years", "count"),
    Product.Unit.FLAT: ngettext_lazy("%(number)s flat rate", "%(number)s flat rates", "count"),
}


def counted(quantity: Decimal, unit: str, number: str) -> str:
    """So many units in words: "24 pieces". `number` is the quantity as the reader's language writes it."""
    told = {"number": number, "count": 1 if quantity == 1 else 2}
    return str(COUNTED[Product.Unit(unit)] % told) if unit else number


class ProductName(Record):
    """What a product is called in another language: on quotes and deals of customers who speak it."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    language = models.CharField(_("language"), max_length=16, choices=choices.language_choices)
    name = models.CharField(_("name"), max_length=300)

    class Meta:
        verbose_name = _("name in another language")
        verbose_name_plural = _("names in other languages")
        constraints = [
            RowCheck(
                name="catalog_productname_named",
                condition=~Q(name=""),
                violation_error_message=_("A product needs a name."),
            ),
            models.UniqueConstraint(
                fields=["product", "language"],
                condition=LIVE,
                name="catalog_productname_once",
                violation_error_message=_("The product has a name in this language already: change that."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.name = text.clean(self.name)


class BundleItem(Record):
    """So many units of a product in one unit of a bundle."""

    bundle = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("bundle"))
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="+", db_index=False, verbose_name=_("contained product")
    )
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3, default=1)

    class Meta:
        verbose_name = _("bundle item")
        verbose_name_plural = _("bundle items")
        constraints = [
            RowCheck(
                name="catalog_bundleitem_quantity",
                condition=Q(quantity__gt=0),
                violation_error_message=_("The quantity is above zero."),
            ),
            RowCheck(
                name="catalog_bundleitem_not_itself",
                condition=~Q(bundle=F("product")),
                violation_error_message=_("A bundle cannot contain itself."),
            ),
            models.UniqueConstraint(
                fields=["bundle", "product"],
                condition=LIVE,
                name="catalog_bundleitem_once",
                violation_error_message=_("The bundle contains this already: change the quantity."),
            ),
        ]
        indexes = [models.Index(fields=["product"], name="catalog_bundleitem_product")]

    def __str__(self) -> str:
        return f"{self.product} × {self.quantity.normalize():f}"
