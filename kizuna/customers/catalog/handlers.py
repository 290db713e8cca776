"""What the catalogue does when something happens: shelves and bundles never contain themselves, a variant has no
variants, and products are found by what they are called elsewhere."""

from __future__ import annotations

from kizuna.base.events import on
from kizuna.base.records.events import RecordsCreated, RecordsDeleted, RecordsRestored, RecordsUpdated
from kizuna.customers.catalog import services


@on(RecordsUpdated)
def keep_categories_a_tree(event: RecordsUpdated) -> None:
    if event.resource == "category" and "parent" in event.fields:
        services.refuse_circular_categories(category_ids=event.ids)


@on(RecordsCreated)
@on(RecordsUpdated)
@on(RecordsRestored)
def keep_bundles_finite(event: RecordsCreated | RecordsUpdated | RecordsRestored) -> None:
    if event.resource == "bundleitem":
        services.refuse_circular_bundles(item_ids=event.ids)


@on(RecordsCreated)
@on(RecordsUpdated)
@on(RecordsRestored)
def keep_variants_of_one_storey(event: RecordsCreated | RecordsUpdated | RecordsRestored) -> None:
    if event.resource == "product" and "variant_of" in getattr(event, "fields", ("variant_of",)):
        services.refuse_variants_of_variants(product_ids=event.ids)


@on(RecordsCreated)
@on(RecordsUpdated)
@on(RecordsDeleted)
@on(RecordsRestored)
def find_products_by_their_names(event: RecordsCreated | RecordsUpdated | RecordsDeleted | RecordsRestored) -> None:
    if event.resource == "productname":
        services.index_named_products(name_ids=event.ids, event_id=event.event_id)
