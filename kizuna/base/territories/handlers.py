"""What territories do when something happens: the tree stays one, and records follow it."""

from __future__ import annotations

from kizuna.base.events import on
from kizuna.base.records.events import RecordsCreated, RecordsDeleted, RecordsRestored, RecordsUpdated
from kizuna.base.territories import services
from kizuna.base.territories.services import keeping, realigning


@on(RecordsCreated)
@on(RecordsRestored)
def take_up(event: RecordsCreated | RecordsRestored) -> None:
    if event.resource == "territory":
        services.tree_changed()
    elif event.resource == "realignment" and isinstance(event, RecordsCreated):
        services.begin_drafts(realignment_ids=event.ids)
    elif event.resource == "territorydraft":
        realigning.refuse_late_drafts(draft_ids=event.ids)
        realigning.forget_previews(draft_ids=event.ids)


@on(RecordsUpdated)
def follow_tree(event: RecordsUpdated) -> None:
    if event.resource == "territory":
        services.tree_changed(fields=event.fields)
    elif event.resource == "territorydraft":
        realigning.refuse_late_drafts(draft_ids=event.ids)
        realigning.forget_previews(draft_ids=event.ids)


@on(RecordsUpdated)
def reckon_for_another_day(event: RecordsUpdated) -> None:
    if event.resource == "realignment" and "applies_on" in event.fields:
        realigning.ask_for_previews(realignment_ids=event.ids)


@on(RecordsDeleted)
def let_go(event: RecordsDeleted) -> None:
    if event.resource == "territory":
        keeping.release(territory_ids=event.ids)
        services.tree_changed()
    elif event.resource == "territorydraft":
        realigning.refuse_late_drafts(draft_ids=event.ids)
        realigning.forget_previews(draft_ids=event.ids)
