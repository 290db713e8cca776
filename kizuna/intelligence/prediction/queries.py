"""What might suit a customer: products that go with what they have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from math import log
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from kizuna.base.access import policy
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.types.money import Money
from kizuna.customers.catalog.models import BundleItem, Product
from kizuna.customers.orders.models import Order, OrderLine
from kizuna.domains.sales.models import Opportunity, Quote
from kizuna.domains.sales.queries import offering
from kizuna.intelligence.prediction.models import Affinity

KINDS = ("contact", "company", "opportunity", "quote")
"""Kinds of records for which something can be suggested."""
MOST = 5
_LOOKED_AT = 200
"""Affinities that are weighed: the surest ones of all products that somebody has."""
_SEEDS = 500
"""Products of a customer that speak for others; the latest ones."""


@dataclass(frozen=True)
class Suggested:
    """A product that might suit, and the surest reason: of the `bought` who bought `because`, `both` bought it too.

    `price` is that of one unit as a line of the deal or quote, of a customer the list price; None where there is none
    in its currency, or where the actor may not see prices."""

    product: Product
    because: Product
    kind: str
    both: int
    bought: int
    price: Money | None = None


def may_see(actor: Any) -> bool:
    """Suggestions tell what people buy: whoever reads products and orders may see them."""
    permissions = policy.permissions_of(actor)
    return permissions.can("product", "read") and permissions.can("order", "read")


def suggestions(actor: Any, record: Record, *, most: int = MOST) -> list[Suggested]:
    """Products that might suit a customer, a deal or a quote, the likeliest first. A constant number of queries.

    What speaks for them is what stands in orders that the actor sees; left out is what any order has."""
    if not may_see(actor):
        return []
    orders = _orders_of(record)
    bought = OrderLine.objects.live().exclude(product=None).filter(order__in=orders.values("pk")).order_by()
    offered = _offered_in(record)
    seeds = {*_kept(bought.filter(order__in=Order.objects.visible_to(actor).values("pk"))), *offered}
    if not seeds:
        return []
    had = bought.values("product")
    inside = BundleItem.objects.live().filter(Q(bundle__in=had) | Q(bundle__in=offered)).order_by().values("product")
    rows = Affinity.objects.filter(product__in=seeds, other__in=_sold(actor).order_by().values("pk"))
    rows = rows.exclude(other__in=offered).exclude(other__in=had).exclude(other__in=inside)
    found = _best(actor, rows.order_by("-score", "pk")[:_LOOKED_AT], most)
    prices = _prices(actor, record, [one.product for one in found])
    return [replace(one, price=prices.get(one.product.pk)) for one in found]


def _prices(actor: Any, record: Record, products: Collection[Product]) -> dict[int, Money]:
    """What each costs there. Of who may not read the list price nothing."""
    if "price" not in registry.get("product").readable_fields(actor):
        return {}
    if isinstance(record, Opportunity | Quote):
        return offering.prices_in(record, products)
    return {product.pk: product.price for product in products if product.price}


def _best(actor: Any, affinities: Iterable[Affinity], most: int) -> list[Suggested]:
    """Every product of theirs that speaks for another one adds to it; the surest one is the reason that is said."""
    weighed: dict[int, float] = defaultdict(float)
    reasons: dict[int, Affinity] = {}
    for affinity in affinities:
        weighed[affinity.other_id] += log(affinity.lift)
        reasons.setdefault(affinity.other_id, affinity)
    chosen = [reasons[pk] for pk in sorted(weighed, key=lambda pk: (-weighed[pk], pk))]
    named = {pk for one in chosen for pk in (one.product_id, one.other_id)}
    products = Product.objects.visible_to(actor).in_bulk(named)
    found = [
        Suggested(products[one.other_id], products[one.product_id], one.kind, one.both, one.bought)
        for one in chosen
        if one.other_id in products and one.product_id in products
    ]
    return found[:most]


def _sold(actor: Any) -> QuerySet[Product]:
    today = timezone.localdate(timezone=actor.zone)
    is_sold = (Q(sold_from_on=None) | Q(sold_from_on__lte=today)) & (
        Q(sold_until_on=None) | Q(sold_until_on__gte=today)
    )
    return registry.get("product").visible_to(actor).filter(is_sold)


def _kept(bought: QuerySet[OrderLine]) -> list[int]:
    """The products that a customer has, the latest ones: what came back speaks for nothing."""
    rows = bought.filter(quantity__gt=F("returned")).values_list("product_id", flat=True)
    return list(dict.fromkeys(rows.order_by("-pk")[:_SEEDS]))


def _orders_of(record: Record) -> QuerySet[Order]:
    """Those that were not cancelled; of a deal or quote those of its company and its contact."""
    asked = Q(pk__in=())
    for field, pk in _customer(record).items():
        asked |= Q(**{field: pk})
    return Order.objects.live().exclude(status=Order.Status.CANCELLED).filter(asked).order_by()


def _customer(record: Record) -> dict[str, int]:
    key = registry.of(record).key
    if key in ("company", "contact"):
        return {key: record.pk}
    found = {name: getattr(record, f"{name}_id", None) for name in ("company", "contact")}
    return {name: pk for name, pk in found.items() if pk is not None}


def _offered_in(record: Record) -> set[int]:
    """Products in the lines of a deal or quote."""
    lines = registry.of(record).lines
    if lines is None or "product" not in lines.resource.fields:
        return set()
    mine = lines.resource.model._default_manager.live().filter(**{lines.field.id_path: record.pk})
    return set(mine.exclude(product=None).values_list("product_id", flat=True))
