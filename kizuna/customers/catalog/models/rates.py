"""Exchange rates: what one currency was worth in another on a day."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import text


class ExchangeRate(Record):
    """One unit of `currency` is `rate` units of `into`, from a day on until the next rate; the inverse follows."""

    currency = models.CharField(_("currency"), max_length=3)
    into = models.CharField(_("into currency"), max_length=3)
    rate = models.DecimalField(_("rate"), max_digits=20, decimal_places=10)
    since_on = models.DateField(_("since"))
    source = models.CharField(_("source"), max_length=120, blank=True, default="")

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        constraints = [
            RowCheck(
                name="catalog_exchangerate_above_zero",
                condition=Q(rate__gt=0),
                violation_error_message=_("A rate is above zero."),
            ),
            RowCheck(
                name="catalog_exchangerate_two_currencies",
                condition=~Q(currency=F("into")),
                violation_error_message=_("A rate is between two different currencies."),
            ),
            models.UniqueConstraint(
                fields=["currency", "into", "since_on"],
                condition=LIVE,
                name="catalog_exchangerate_once",
                violation_error_message=_("There is a rate for this day already."),
            ),
        ]
        indexes = [models.Index(fields=["since_on", "id"], condition=LIVE, name="catalog_exchangerate_since")]

    def __str__(self) -> str:
        return f"{self.currency} → {self.into} {self.rate.normalize():f}"

    def normalise(self) -> None:
        self.currency, self.into = text.clean(self.currency).upper(), text.clean(self.into).upper()
        self.source = text.clean(self.source)
