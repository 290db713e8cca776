"""Seller: the firm in whose name we sell, as it stands on quotes, orders and bills."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import columns, text
from kizuna.base.types.names import folded
from kizuna.customers.catalog.reckoning import Rounding
from kizuna.customers.contacts.models.choices import country_choices


class Seller(Record):
    """Who sells, and what its papers begin with. A group has one for each of its firms, or one for each language in
    which it writes to customers; `language` says for whose customers, the lowest `rank` is everybody's."""

    name = models.CharField(_("legal name"), max_length=200)
    address = models.TextField(_("address"), max_length=1000, blank=True, default="")
    representative = models.CharField(
        _("representative"), max_length=120, blank=True, default="", help_text=_("Who signs, with their title.")
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    website = models.URLField(_("website"), max_length=300, blank=True, default="")
    registration = models.CharField(
        _("registration number"),
        max_length=40,
        blank=True,
        default="",
        help_text=_("The tax number; in Japan that of a qualified invoice issuer (T and 13 digits)."),
    )
    bank = models.TextField(
        _("bank account"), max_length=1000, blank=True, default="", help_text=_("Where customers pay to.")
    )
    language = models.CharField(
        _("for customers who speak"), max_length=16, blank=True, default="", choices=settings.LANGUAGES
    )
    rank = models.PositiveSmallIntegerField(_("rank"), default=1, help_text=_("The lowest one is the usual one."))
    currency = models.CharField(_("currency"), max_length=3, default="JPY")
    country = models.CharField(_("country of taxes"), max_length=2, choices=country_choices, default="JP")
    includes_tax = models.BooleanField(_("prices include tax"), default=False)
    is_tax_per_line = models.BooleanField(
        _("tax by line"),
        default=False,
        help_text=_("Round tax on each line; otherwise once for each rate, as Japan asks."),
    )
    rounding = models.CharField(_("rounding of tax"), max_length=16, choices=Rounding.choices, default=Rounding.HALF_UP)
    valid_days = models.PositiveSmallIntegerField(_("quotes are valid for, in days"), default=30)
    payment_terms = models.CharField(_("payment terms"), max_length=300, blank=True, default="")
    terms = models.TextField(_("terms"), max_length=10_000, blank=True, default="")
    sort_key = columns.SortKeyField()
    folded_names = columns.FoldedNamesField()

    class Meta:
        verbose_name = _("seller")
        verbose_name_plural = _("sellers")
        constraints = [
            RowCheck(
                name="catalog_seller_named",
                condition=~Q(name=""),
                violation_error_message=_("A seller needs a name."),
            ),
            RowCheck(
                name="catalog_seller_valid_days",
                condition=Q(valid_days__gte=1) & Q(valid_days__lte=730),
                violation_error_message=_("A quote is valid for 1 to 730 days."),
            ),
        ]
        indexes = [models.Index(fields=["sort_key", "id"], condition=LIVE, name="catalog_seller_sort")]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.name, self.representative = text.clean(self.name), text.clean(self.representative)
        self.phone, self.registration = text.clean(self.phone), text.clean(self.registration).upper()
        self.payment_terms = text.clean(self.payment_terms)
        self.address, self.bank = text.clean_long(self.address), text.clean_long(self.bank)
        self.terms = text.clean_long(self.terms)
        self.sort_key = text.sort_key(self.name)
        self.folded_names = folded(self.name)
