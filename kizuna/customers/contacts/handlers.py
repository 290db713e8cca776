"""What the contacts room does when something happens."""

from __future__ import annotations

from kizuna.base.events import on
from kizuna.base.merging.events import RecordsMerged
from kizuna.base.records.events import RecordsUpdated
from kizuna.customers.contacts import services


@on(RecordsUpdated)
def keep_ownership_a_tree(event: RecordsUpdated) -> None:
    if event.resource == "company" and "parent" in event.fields:
        services.refuse_circular_ownership(company_ids=event.ids)


@on(RecordsMerged)
def keep_ownership_a_tree_when_merged(event: RecordsMerged) -> None:
    """A group that is merged with a subsidiary of its subsidiary would belong to that subsidiary."""
    if event.resource == "company":
        services.refuse_circular_ownership(company_ids=[event.survivor_id])
