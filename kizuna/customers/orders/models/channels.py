"""Where customers buy: the web shop, a store, a marketplace, the phone, a sales person."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import columns, text
from kizuna.base.types.names import folded
from kizuna.customers.catalog.reckoning import Rounding
from kizuna.customers.contacts.models.choices import country_choices


class SalesChannel(Record):
    """A place where customers buy. `code` is what shop systems call it by; the rest is what its orders begin with: how
    they are reckoned is kept on each."""

    class Kind(models.TextChoices):
        SHOP = "shop", _("Web shop")
        STORE = "store", _("Store")
        MARKETPLACE = "marketplace", _("Marketplace")
        PHONE = "phone", pgettext_lazy("sales channel", "Phone")
        SALES = "sales", _("Sales person")

    name = models.CharField(_("name"), max_length=120)
    code = models.CharField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.SHOP)
    currency = models.CharField(_("currency"), max_length=3, default="JPY")
    country = models.CharField(_("country of taxes"), max_length=2, choices=country_choices, default="JP")
    includes_tax = models.BooleanField(_("prices include tax"), default=False)
    is_tax_per_line = models.BooleanField(
        _("tax by line"),
        default=False,
        help_text=_("Round tax line by line. Otherwise once for each rate, as Japan's qualified invoices ask."),
    )
    rounding = models.CharField(_("rounding of tax"), max_length=16, choices=Rounding.choices, default=Rounding.HALF_UP)
    is_closed = models.BooleanField(_("closed"), default=False)
    sort_key = columns.SortKeyField()
    folded_names = columns.FoldedNamesField()

    class Meta:
        verbose_name = _("sales channel")
        verbose_name_plural = _("sales channels")
        constraints = [
            RowCheck(
                name="orders_saleschannel_named",
                condition=~Q(name="") & ~Q(code=""),
                violation_error_message=_("A sales channel needs a name and a code."),
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=LIVE,
                name="orders_saleschannel_code_once",
                violation_error_message=_("Another sales channel has this code."),
            ),
        ]
        indexes = [models.Index(fields=["sort_key", "id"], condition=LIVE, name="orders_saleschannel_sort")]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.name, self.code = text.clean(self.name), text.clean(self.code).lower()
        self.sort_key = text.sort_key(self.name)
        self.folded_names = folded(self.name)
