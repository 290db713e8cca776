"""What selling does when something happens: it notes in which stage deals are, and keeps shares within the whole."""

from __future__ import annotations

from kizuna.base.events import on
from kizuna.base.records.events import RecordsCreated, RecordsRestored, RecordsUpdated
from kizuna.domains.sales import services


@on(RecordsCreated)
@on(RecordsUpdated)
def note_stages(event: RecordsCreated | RecordsUpdated) -> None:
    if event.resource == "opportunity" and (isinstance(event, RecordsCreated) or "stage" in event.fields):
        services.note_stages(opportunity_ids=event.ids)


@on(RecordsCreated)
@on(RecordsUpdated)
@on(RecordsRestored)
def keep_shares_whole(event: RecordsCreated | RecordsUpdated | RecordsRestored) -> None:
    if event.resource == "opportunitysplit":
        services.refuse_too_many_shares(split_ids=event.ids)
