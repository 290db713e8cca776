"""Bulk work on more rows than a request should wait for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kizuna.base.events import acting
from kizuna.base.identity.models import User
from kizuna.base.jobs import progress, task
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Problem
from kizuna.base.ui.listing import Listing

BATCH = 500


@dataclass
class Result:
    """How a bulk change went: rows done, and for rows refused their id and why."""

    done: int = 0
    refused: dict[int, str] = field(default_factory=dict)


def carry_out(actor: Any, resource: Resource, rows: Any, operation: str, arguments: dict[str, Any]) -> Result:
    """Edit, delete, restore or act on rows, each checked against the actor's rights."""
    if operation == "edit":
        return Result(records.update_many(actor=actor, queryset=rows, changes=arguments["changes"]))
    if operation == "delete":
        return Result(records.delete_many(actor=actor, queryset=rows))
    if operation == "restore":
        return Result(records.restore_many(actor=actor, queryset=rows))
    result = Result()
    action = resource.action(arguments["action"])
    assert action is not None
    raw = {name: value for name, value in arguments["raw"].items() if value is not None}
    for record_id in list(rows.order_by("pk").values_list("pk", flat=True)):
        try:
            action.run(actor=actor, record_id=record_id, raw=raw, reader=Reader.of(actor))
            result.done += 1
        except Problem as problem:
            result.refused[record_id] = str(problem)
    return result


@task(max_attempts=3)
def bulk(*, actor_id: int, resource: str, selection: dict[str, Any], operation: str, arguments: dict[str, Any]) -> Any:
    """Carry out a bulk change batch by batch; the ids are fixed when it starts, so that changing what the list is
    filtered by cannot make it skip or repeat rows. A second run after a crash finds those rows unchanged."""
    actor = User.objects.get(pk=actor_id)
    found = registry.get(resource)
    listing = Listing(found, actor, selection["asked"])
    rows = listing.rows if selection["ids"] is None else listing.rows.filter(pk__in=selection["ids"])
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    total = Result()
    with acting(actor, via="job"):
        for start in range(0, len(ids), BATCH):
            progress(done=start, total=len(ids))
            batch = found.model.objects.filter(pk__in=ids[start : start + BATCH])
            result = carry_out(actor, found, batch, operation, arguments)
            total.done += result.done
            total.refused |= result.refused
    progress(done=len(ids), total=len(ids))
    return {"done": total.done, "refused": {str(pk): why for pk, why in list(total.refused.items())[:1000]}}
