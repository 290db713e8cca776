"""Verbs of the catalogue. Plain create, change and delete go through `base.records`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.events import Touched, publish
from kizuna.base.events.models import Subject
from kizuna.base.records import services as records
from kizuna.base.records import trees
from kizuna.base.resources import registry
from kizuna.base.resources.actions import action
from kizuna.base.search.index import index_records
from kizuna.base.types.errors import Refused
from kizuna.customers.catalog.events import PriceBookCopied, PricesAdjusted, ProductDiscontinued, ProductOfferedAgain
from kizuna.customers.catalog.models import BundleItem, Category, Price, PriceBook, Product, ProductName

BATCH = 500
MOST_PERCENT = Decimal(1000)


@action(
    label=_("Discontinue"),
    done=_("No longer sold."),
    icon="ban",
    bulk=True,
    when=lambda product: product.sold_until_on is None,
    asks={"on": _("Last day of sale (empty: today)")},
)
def discontinue_product(*, actor: Any, product: Product, on: dt.date | None = None) -> Product:
    """Sell the product until a day, today where none is given. What was quoted and ordered stays as it is."""
    if product.sold_until_on is not None:
        raise Refused(_("This is discontinued already."))
    day = on or timezone.localdate(timezone=actor.zone)
    changed = records.update(actor=actor, record=product, changes={"sold_until_on": day})
    publish(ProductDiscontinued(product_id=product.pk, on=day), subjects=[Touched("product", product.pk)])
    return changed  # type: ignore[return-value]


@action(
    label=_("Offer again"),
    done=_("On sale again."),
    icon="rotate",
    bulk=True,
    when=lambda product: product.sold_until_on is not None,
)
def offer_product_again(*, actor: Any, product: Product) -> Product:
    """Sell a discontinued product again, without an end."""
    if product.sold_until_on is None:
        raise Refused(_("This is sold already."))
    changed = records.update(actor=actor, record=product, changes={"sold_until_on": None})
    publish(ProductOfferedAgain(product_id=product.pk), subjects=[Touched("product", product.pk)])
    return changed  # type: ignore[return-value]


@action(
    label=_("Adjust all prices"),
    done=_("Prices adjusted."),
    icon="adjustments-horizontal",
    asks={"percent": _("By how many per cent? (-5 makes them cheaper)")},
)
def adjust_prices(*, actor: Any, price_book: PriceBook, percent: Decimal) -> PriceBook:
    """Raise every price of a book by so many per cent, or lower it, rounded to what can be paid."""
    factor = _factor(percent)
    policy.check(actor, "update", Price)
    resource, count = registry.get("price"), 0
    field = resource.fields["price"]
    for batch in _batches(Price.objects.live().filter(book=price_book).select_for_update()):
        changes = [(price, {field: price.per_unit.times(factor)}) for price in batch]
        verdicts = records.change_each(actor=actor, resource=resource, batch=changes)
        count += len(verdicts.done)
    publish(
        PricesAdjusted(book_id=price_book.pk, percent=percent, count=count),
        subjects=[Touched("pricebook", price_book.pk)],
    )
    return price_book


@action(
    label=_("Copy"),
    done=_("Price book copied."),
    opens=True,
    icon="copy",
    asks={"name": _("Name of the copy"), "percent": _("Change all prices by how many per cent? (empty: not at all)")},
)
def copy_price_book(*, actor: Any, price_book: PriceBook, name: str, percent: Decimal = Decimal(0)) -> PriceBook:
    """Make another book with the same prices, as far as whoever copies sees them and their products, for everybody
    and without an end, to be narrowed down."""
    factor = _factor(percent)
    values = {"name": name, "includes_tax": price_book.includes_tax, "rank": price_book.rank, "owner": actor.pk}
    book = records.create(actor=actor, resource=registry.get("pricebook"), values=values)
    count = 0
    for batch in _batches(Price.objects.visible_to(actor).filter(book=price_book)):
        count += len(records.create_many(actor=actor, resource=registry.get("price"), records=[
            Price(book_id=book.pk, product_id=one.product_id, from_quantity=one.from_quantity,
                  price=one.per_unit.times(factor), owner_id=book.owner_id)
            for one in batch
        ]))  # fmt: skip
    publish(
        PriceBookCopied(book_id=price_book.pk, copy_id=book.pk, count=count),
        subjects=[Touched("pricebook", price_book.pk)],
    )
    return book  # type: ignore[return-value]


def _factor(percent: Decimal) -> Decimal:
    if not Decimal(-100) <= percent <= MOST_PERCENT:
        raise Refused(_("Give a number between -100 and 1000."), field="percent")
    return 1 + percent / 100


def _batches(prices: QuerySet[Price]) -> Iterator[list[Price]]:
    last = 0
    while batch := list(prices.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        yield batch


def refuse_circular_categories(*, category_ids: Iterable[int]) -> None:
    """Raise Refused if one of the categories is within itself. To be asked in the transaction that moved them."""
    message = _("That category is within this one.")
    trees.refuse_circles(model=Category, parent="parent", ids=category_ids, message=message)


def refuse_circular_bundles(*, item_ids: Iterable[int]) -> None:
    """Raise Refused if a bundle contains itself, over however many others. One query per storey."""
    starts = BundleItem.objects.live().filter(pk__in=list(item_ids)).values_list("bundle_id", "product_id")
    reached = {(bundle, product) for bundle, product in starts}
    fresh = set(reached)
    while fresh:
        if any(bundle == product for bundle, product in fresh):
            raise Refused(_("A bundle cannot contain itself."), field="product")
        items = BundleItem.objects.live().filter(bundle__in={product for _bundle, product in fresh})
        inside = dict[int, set[int]]()
        for bundle_id, product_id in items.values_list("bundle_id", "product_id"):
            inside.setdefault(bundle_id, set()).add(product_id)
        fresh = {(bundle, inner) for bundle, product in fresh for inner in inside.get(product, ())} - reached
        reached |= fresh


def index_named_products(*, name_ids: Collection[int], event_id: int | None) -> None:
    """Let products be found by these names, and no longer by those that became names of others."""
    named = set(ProductName.objects.filter(pk__in=name_ids).values_list("product_id", flat=True))
    changed = Subject.objects.filter(event=event_id, resource="productname", changes__has_key="product")
    for sides in changed.values_list("changes__product", flat=True):
        named |= {side["id"] if isinstance(side, dict) else side for side in sides if side}
    index_records(registry.get("product"), Product.objects.filter(pk__in=named))


def refuse_variants_of_variants(*, product_ids: Iterable[int]) -> None:
    """Raise Refused where a variant has variants of its own. To be asked in the transaction that made them."""
    rows = Product.objects.live().filter(variant_of__isnull=False)
    ids = list(product_ids)
    asked = Q(pk__in=ids, variant_of__variant_of__isnull=False) | Q(
        variant_of__in=ids, variant_of__variant_of__isnull=False
    )
    if rows.filter(asked).exists():
        raise Refused(
            _("A variant has no variants: choose the product that both are one size or colour of."), field="variant_of"
        )
