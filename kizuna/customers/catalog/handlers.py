"""What the catalogue does when something happens: shelves and bundles never contain themselves."""

from __future__ import annotations

from kizuna.base.events import on
from kizuna.base.records.events import RecordsCreated, RecordsRestored, RecordsUpdated
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
