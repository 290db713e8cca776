"""What the contacts room does when something happens."""

from __future__ import annotations

from kizuna.base.events import on
from kizuna.base.records.events import RecordsUpdated
from kizuna.customers.contacts import services


@on(RecordsUpdated)
def keep_ownership_a_tree(event: RecordsUpdated) -> None:
    if event.resource == "company" and "parent" in event.fields:
        services.refuse_circular_ownership(company_ids=event.ids)
