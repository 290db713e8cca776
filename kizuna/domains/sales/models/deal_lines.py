"""Opportunity line: what a deal is about, so many units of a product; together they are its amount."""

from __future__ import annotations

from dataclasses import replace

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.models import LIVE
from kizuna.customers.catalog.models import PricedLine
from kizuna.customers.catalog.reckoning import Line
from kizuna.domains.sales.models.opportunities import Opportunity


class OpportunityLine(PricedLine):
    """What the customer may buy, before tax. The amount of a deal that has lines is what they come to. It names no
    price book, as lines of quotes do: it keeps one price, which may be anybody's, and not beside it what the catalogue
    said."""

    opportunity = models.ForeignKey(
        Opportunity, models.PROTECT, related_name="+", db_index=False, verbose_name=_("opportunity")
    )

    class Meta:
        verbose_name = _("opportunity line")
        verbose_name_plural = _("opportunity lines")
        constraints = PricedLine.Meta.constraints
        indexes = [
            models.Index(fields=["opportunity", "position", "id"], name="sales_oppline_opportunity"),
            models.Index(
                fields=["product", "opportunity"],
                condition=LIVE & Q(product__isnull=False),
                name="sales_oppline_product",
            ),
        ]

    @property
    def untaxed(self) -> Line:
        """As the reckoning takes it: what a deal is worth is told before tax."""
        return replace(self.reckoned, tax=None)
