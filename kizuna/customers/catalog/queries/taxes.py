"""What tax is due on a product in a country on a day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable

from kizuna.customers.catalog.models import Product, TaxRate


class Taxes:
    """Rates by tax class and country: read once by `taxes_until`, asked often."""

    def __init__(self, rows: Iterable[TaxRate]) -> None:
        self._rates: dict[tuple[int, str], list[TaxRate]] = defaultdict(list)
        for rate in sorted(rows, key=lambda rate: rate.since_on, reverse=True):
            self._rates[rate.tax_class_id, rate.country].append(rate)

    def of(self, product: Product, *, country: str, on: dt.date) -> TaxRate | None:
        """The last that began in the country by then; none without a tax class, or where its class has none."""
        known = self._rates.get((product.tax_class_id, country), ()) if product.tax_class_id else ()
        return next((rate for rate in known if rate.since_on <= on), None)


def taxes_until(products: Iterable[Product], *, countries: Collection[str], until: dt.date) -> Taxes:
    """What holds, or held, for these products in these countries. One query."""
    classes = {product.tax_class_id for product in products if product.tax_class_id}
    return Taxes(TaxRate.objects.live().filter(tax_class__in=classes, country__in=countries, since_on__lte=until))


def taxes_of(products: Collection[Product], *, country: str, on: dt.date) -> dict[int, TaxRate]:
    """The rate of each product by its id, of those that have one. One query."""
    taxes = taxes_until(products, countries=[country], until=on)
    found = {product.pk: taxes.of(product, country=country, on=on) for product in products}
    return {pk: rate for pk, rate in found.items() if rate is not None}


def tax_of(product: Product, *, country: str, on: dt.date) -> TaxRate | None:
    """The rate of one product, None where there is none."""
    return taxes_of([product], country=country, on=on).get(product.pk)


def standard_tax(*, country: str, on: dt.date) -> TaxRate | None:
    """What is due in a country on what has no product: the highest rate that holds there on that day."""
    rows = TaxRate.objects.live().filter(country=country, since_on__lte=on).select_related("tax_class")
    latest = {rate.tax_class_id: rate for rate in rows.order_by("since_on", "pk")}
    return max(latest.values(), key=lambda rate: (rate.percent, -rate.pk), default=None)
