"""Tax: products fall into classes, and a class has a rate by country, from a day on."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import columns, text
from kizuna.base.types.names import folded
from kizuna.customers.contacts.models.choices import country_choices

BUILT_IN = (_("Standard rate"), _("Reduced rate"), _("Exempt from tax"))
"""The classes that Kizuna brings."""
KNOWN = {"消費税": _("Consumption tax"), "부가가치세": _("Value added tax"), "": _("Tax")}


def in_words(title: str) -> str:
    """The name of a tax in the reader's language where it is the tax of a land that speaks another; else as it is."""
    return str(KNOWN.get(title, title))


class TaxClass(Record):
    """Products that are taxed alike: standard, reduced, exempt. `is_reduced` marks lines as Japan's qualified
    invoices ask (軽減税率対象, ※)."""

    name = models.CharField(_("name"), max_length=120)
    is_reduced = models.BooleanField(
        _("reduced rate"), default=False, help_text=_("Marked on invoices, as Japan's qualified invoices ask.")
    )
    sort_key = columns.SortKeyField()
    folded_names = columns.FoldedNamesField()

    class Meta:
        verbose_name = _("tax class")
        verbose_name_plural = _("tax classes")
        constraints = [
            RowCheck(
                name="catalog_taxclass_named",
                condition=~Q(name=""),
                violation_error_message=_("A tax class needs a name."),
            ),
        ]
        indexes = [models.Index(fields=["sort_key", "id"], condition=LIVE, name="catalog_taxclass_sort")]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.name = text.clean(self.name)
        self.sort_key = text.sort_key(self.name)
        self.folded_names = folded(self.name)


class TaxRate(Record):
    """What is due on a class of products in a country, in per cent, from a day on until the next rate begins."""

    tax_class = models.ForeignKey(TaxClass, models.PROTECT, related_name="+", verbose_name=_("tax class"))
    country = models.CharField(_("country"), max_length=2, choices=country_choices)
    percent = models.DecimalField(_("per cent"), max_digits=6, decimal_places=3)
    since_on = models.DateField(_("since"))
    title = models.CharField(_("name on invoices"), max_length=60, blank=True, default="")

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        constraints = [
            RowCheck(
                name="catalog_taxrate_percent",
                condition=Q(percent__gte=0) & Q(percent__lte=100),
                violation_error_message=_("A tax rate is between 0 and 100 per cent."),
            ),
            models.UniqueConstraint(
                fields=["tax_class", "country", "since_on"],
                condition=LIVE,
                name="catalog_taxrate_once",
                violation_error_message=_("This class has a rate in this country from this day on already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title or self.tax_class} {self.percent.normalize():f}%"

    def normalise(self) -> None:
        self.title = text.clean(self.title)
