"""What tax is due on a product in a country on a day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal

from kizuna.customers.catalog.models import PricedLine, Product, TaxRate


class Taxes:
    """Rates by country and tax class: read once by `taxes_until`, asked often."""

    def __init__(self, rows: Iterable[TaxRate]) -> None:
        self._rates: dict[str, dict[int, list[TaxRate]]] = defaultdict(lambda: defaultdict(list))
        for rate in sorted(rows, key=lambda rate: (rate.since_on, rate.pk), reverse=True):
            self._rates[rate.country][rate.tax_class_id].append(rate)

    def of(self, product: Product | None, *, country: str, on: dt.date) -> TaxRate | None:
        """What is due on a product: the rate of its class; none without a class, or where its class has none. On what
        is no product the usual rate of the country is due: the highest that holds there."""
        if product is None:
            return max(self._holding(country, on), key=lambda rate: (rate.percent, -rate.pk), default=None)
        return self._last(country, product.tax_class_id, on)

    def at(self, percent: Decimal, *, product: Product | None, country: str, on: dt.date) -> TaxRate | None:
        """The rate that a percentage is: that of the product where it comes to so much, else any of the country."""
        own = product and self._last(country, product.tax_class_id, on)
        found = (rate for rate in (own, *self._holding(country, on)) if rate and rate.percent == percent)
        return next(found, None)

    def for_line(self, line: PricedLine, *, country: str, on: dt.date) -> TaxRate | None:
        """What is due on a line, or the rate that its percentage is where somebody gave one."""
        if line.tax_percent is None:
            return self.of(line.product, country=country, on=on)
        return self.at(line.tax_percent, product=line.product, country=country, on=on)

    def _holding(self, country: str, on: dt.date) -> list[TaxRate]:
        """The rates of all classes that hold there, in an order that stays."""
        found = (self._last(country, pk, on) for pk in sorted(self._rates.get(country, ())))
        return [rate for rate in found if rate is not None]

    def _last(self, country: str, tax_class_id: int | None, on: dt.date) -> TaxRate | None:
        """The one that began last by then."""
        known = self._rates.get(country, {}).get(tax_class_id or 0, ())
        return next((rate for rate in known if rate.since_on <= on), None)


def taxes_until(*, countries: Collection[str], until: dt.date) -> Taxes:
    """What holds, or held, in these countries. One query, of few rows."""
    rows = TaxRate.objects.live().filter(country__in=countries, since_on__lte=until)
    return Taxes(rows.select_related("tax_class"))


def tax_for(line: PricedLine, *, country: str, on: dt.date) -> TaxRate | None:
    """`Taxes.for_line` of one line."""
    return taxes_until(countries=[country], until=on).for_line(line, country=country, on=on)


def taxes_of(products: Collection[Product], *, country: str, on: dt.date) -> dict[int, TaxRate]:
    """The rate of each product by its id, of those that have one. One query."""
    taxes = taxes_until(countries=[country], until=on)
    found = {product.pk: taxes.of(product, country=country, on=on) for product in products}
    return {pk: rate for pk, rate in found.items() if rate is not None}


def tax_of(product: Product, *, country: str, on: dt.date) -> TaxRate | None:
    """The rate of one product, None where there is none."""
    return taxes_of([product], country=country, on=on).get(product.pk)
