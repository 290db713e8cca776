"""What products are called in other languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from kizuna.customers.catalog.models import ProductName


def names_of(product_ids: Collection[int]) -> dict[int, list[str]]:
    """The names in other languages of each product that has any. One query."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = ProductName.objects.live().filter(product__in=product_ids).order_by("pk")
    for product_id, name in rows.values_list("product_id", "name"):
        found[product_id].append(name)
    return found


def names_in(language: str, product_ids: Collection[int], *, actor: Any) -> dict[int, str]:
    """What products are called in a language, of those that have a name in it which the actor sees. One query."""
    rows = ProductName.objects.visible_to(actor).filter(product__in=product_ids, language=language).order_by()
    return dict(rows.values_list("product_id", "name"))
