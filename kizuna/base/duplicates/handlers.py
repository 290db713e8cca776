"""What other rooms do to pairs, and what makes new ones."""

from __future__ import annotations

from kizuna.base.duplicates import jobs, services
from kizuna.base.events import on
from kizuna.base.merging.events import RecordsMerged
from kizuna.base.resources import registry
from kizuna.base.transfer.events import ImportFinished


@on(RecordsMerged)
def forget_what_was_merged(event: RecordsMerged) -> None:
    services.forget(resource=event.resource, ids=event.others)


@on(ImportFinished)
def look_through_what_came(event: ImportFinished) -> None:
    resource = registry.find(event.resource)
    if event.created and resource is not None and services.is_looked_through(resource):
        jobs.look_through.enqueue(import_id=event.import_id)
