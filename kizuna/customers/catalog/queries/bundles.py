"""What is in a bundle, bundles within it opened."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from kizuna.customers.catalog.models import BundleItem, Product

MOST_STOREYS = 20
"""Deeper are only bundles that two people put into each other at the same moment: neither saw the circle."""


def contents_of(bundle: Product) -> dict[int, Decimal]:
    """Units of each product in one unit of a bundle, by the id of the product. A product that is no bundle contains
    nothing. One query per storey."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    to_open = {bundle.pk: Decimal(1)}
    for _storey in range(MOST_STOREYS):
        if not to_open:
            break
        items = BundleItem.objects.live().filter(bundle__in=to_open, product__deleted_at=None).select_related("product")
        inner: dict[int, Decimal] = defaultdict(Decimal)
        for item in items:
            quantity = to_open[item.bundle_id] * item.quantity
            into = inner if item.product.kind == Product.Kind.BUNDLE else found
            into[item.product_id] += quantity
        to_open = inner
    return dict(found)
