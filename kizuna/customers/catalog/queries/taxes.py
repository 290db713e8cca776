"""What tax is due on a product in a country on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from kizuna.customers.catalog.models import Product, TaxRate


def taxes_of(products: Collection[Product], *, country: str, on: dt.date) -> dict[int, TaxRate]:
    """The rate of each product by its id: the last that began in the country by then. Products without a tax class,
    and classes without a rate there, are not in it. One query."""
    classes = {product.tax_class_id for product in products if product.tax_class_id}
    rows = TaxRate.objects.live().filter(tax_class__in=classes, country=country, since_on__lte=on)
    latest = {rate.tax_class_id: rate for rate in rows.order_by("since_on")}
    return {product.pk: latest[product.tax_class_id] for product in products if product.tax_class_id in latest}


def tax_of(product: Product, *, country: str, on: dt.date) -> TaxRate | None:
    """The rate of one product, None where there is none."""
    return taxes_of([product], country=country, on=on).get(product.pk)


def standard_tax(*, country: str, on: dt.date) -> TaxRate | None:
    """What is due in a country on what has no product: the highest rate that holds there on that day."""
    rows = TaxRate.objects.live().filter(country=country, since_on__lte=on).select_related("tax_class")
    latest = {rate.tax_class_id: rate for rate in rows.order_by("since_on", "pk")}
    return max(latest.values(), key=lambda rate: (rate.percent, -rate.pk), default=None)
