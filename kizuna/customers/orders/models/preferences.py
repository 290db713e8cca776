"""Preference: what a customer likes, or does not, as somebody noted it; what they buy is counted beside it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import text, ties

WHOSE = Q(contact__isnull=False, company__isnull=True) | Q(contact__isnull=True, company__isnull=False)


def preferred(kind: str, product: str, category: str, words: str) -> str:
    """M (Shirts), Chair LINA, Navy."""
    if kind == "size" and category:
        return f"{words} ({category})"
    return words or product or category


class Preference(Record):
    """A favourite product, category, brand or colour of a customer, or their size in a category. What is not theirs
    (`is_liked` False) is not told of them, however often they buy it."""

    class Kind(models.TextChoices):
        SIZE = "size", _("Size")
        PRODUCT = "product", _("Product")
        CATEGORY = "category", _("Category")
        BRAND = "brand", _("Brand")
        COLOUR = "colour", _("Colour")

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
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.SIZE)
    product = models.ForeignKey(
        "catalog.Product",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("product"),
    )
    category = models.ForeignKey(
        "catalog.Category",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("category"),
        help_text=_("For a size: what it is worn or used as."),
    )
    words = models.CharField(
        _("size, brand or colour"), max_length=120, blank=True, default="", help_text=_("Such as M, 26.5 cm, Navy.")
    )
    is_liked = models.BooleanField(
        _("it is theirs"), default=True, help_text=_("No: not theirs, or no favourite, whatever they bought.")
    )
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    key = models.CharField(max_length=180, editable=False, default="")

    when_merged: ClassVar[ties.Rules] = {"contact": ties.Unite(), "company": ties.Unite()}

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        constraints = [
            RowCheck(
                name="orders_preference_whose",
                condition=WHOSE,
                violation_error_message=_("A preference is of one contact or of one company."),
            ),
            RowCheck(
                name="orders_preference_said",
                condition=(Q(kind="product") & Q(product__isnull=False))
                | (Q(kind="category") & Q(category__isnull=False))
                | (Q(kind__in=("size", "brand", "colour")) & ~Q(words="")),
                violation_error_message=_("Say which: a product, a category, or size, brand or colour in words."),
            ),
            models.UniqueConstraint(
                fields=["contact", "key"],
                condition=LIVE & Q(contact__isnull=False),
                name="orders_preference_of_contact_once",
                violation_error_message=_("This is noted already: change it."),
            ),
            models.UniqueConstraint(
                fields=["company", "key"],
                condition=LIVE & Q(company__isnull=False),
                name="orders_preference_of_company_once",
                violation_error_message=_("This is noted already: change it."),
            ),
        ]
        indexes = [
            models.Index(fields=["product"], condition=Q(product__isnull=False), name="orders_preference_product"),
            models.Index(fields=["category"], condition=Q(category__isnull=False), name="orders_preference_category"),
            models.Index(fields=["updated_at", "id"], condition=LIVE, name="orders_preference_updated"),
        ]

    def __str__(self) -> str:
        return self.words or self.key

    @property
    def called(self) -> str:
        product, category = self.product.name if self.product else "", self.category.name if self.category else ""
        return preferred(self.kind, product, category, self.words)

    def take_whole(self) -> None:
        """Somebody likes a product in all its sizes and colours: of a variant, that which it is one of."""
        if self.product and self.product.variant_of_id:
            self.product = self.product.variant_of

    def normalise(self) -> None:
        """What says nothing about this kind is left out, so that the same thing is the same row."""
        self.words, self.note = text.clean(self.words), text.clean(self.note)
        if self.kind in (self.Kind.PRODUCT, self.Kind.CATEGORY):
            self.words = ""
        if self.kind != self.Kind.PRODUCT:
            self.product_id = None
        if self.kind not in (self.Kind.CATEGORY, self.Kind.SIZE):
            self.category_id = None
        which = self.product_id or self.category_id or ""
        self.key = f"{self.kind}:{which}:{text.sort_key(self.words)}"[:180]
