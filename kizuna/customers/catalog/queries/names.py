"""What products are called in other languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from kizuna.customers.catalog.models import ProductName


def names_of(product_ids: Collection[int]) -> dict[int, list[str]]:
    """The names in other languages of each product that has any. One query."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = ProductName.objects.live().filter(product__in=product_ids).order_by("pk")
    for product_id, name in rows.values_list("product_id", "name"):
        found[product_id].append(name)
    return found
