"""What happened to a record: who, when, through which door, and each field before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from kizuna.base.identity.models import User
from kizuna.base.records.history import Entry, history
from kizuna.base.resources.fields import Relation
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Missing
from kizuna.interfaces.api import incoming, paging
from kizuna.interfaces.api.addresses import HISTORY, opened
from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.incoming import Parameters
from kizuna.interfaces.api.listing import VIEWS, rows_of
from kizuna.interfaces.api.representations import respond

PARAMETERS = (*paging.PARAMETERS, "view")


@api.get("/{str:plural}/{int:record_id}/history")
def list_history(request: HttpRequest, plural: str, record_id: int) -> HttpResponse:
    """Newest first. A fixed number of queries, however many entries and changes there are."""
    resource = opened(plural, HISTORY, "GET")
    actor: Any = request.auth  # type: ignore[attr-defined]
    given = Parameters(request.GET, PARAMETERS)
    before, size = paging.place(given)
    view = given.read("view", incoming.one_of(*VIEWS), "all")
    given.check()
    if not rows_of(resource, actor, view).filter(pk=record_id).exists():
        raise Missing()
    found = history(actor=actor, record=resource.model(pk=record_id), before=before, size=size + 1)
    entries, is_more = found[:size], len(found) > size
    next_cursor = str(entries[-1].event_id) if is_more else None
    return respond({"items": _written(resource, actor, entries), "next_cursor": next_cursor})


def _written(resource: Resource, actor: Any, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    people = dict(User.objects.filter(pk__in={entry.actor_id for entry in entries}).values_list("pk", "name"))
    titles = _titles(resource, actor, entries)
    return [
        {
            "id": entry.event_id,
            "name": entry.name,
            "occurred_at": entry.occurred_at,
            "actor": {"id": entry.actor_id, "title": people.get(entry.actor_id)} if entry.actor_id else None,
            "via": entry.via,
            "address": entry.address,
            "changes": {
                name: {"before": _shown(titles, name, before), "after": _shown(titles, name, after)}
                for name, (before, after) in entry.changes.items()
            },
        }
        for entry in entries
    ]


def _titles(resource: Resource, actor: Any, entries: Sequence[Entry]) -> dict[str, dict[int, str]]:
    """The titles of related records that the changes speak of, by field: one query for each such field."""
    found: dict[str, dict[int, str]] = {}
    for name, field in resource.fields.items():
        if isinstance(field, Relation) and any(name in entry.changes for entry in entries):
            ids = {value for entry in entries for value in entry.changes.get(name, ()) if isinstance(value, int)}
            found[name] = dict(field.titles(actor, sorted(ids)))
    return found


def _shown(titles: dict[str, dict[int, str]], name: str, value: Any) -> Any:
    """A value as a record has it: a relation with the other's title, where the reader may know it."""
    return {"id": value, "title": titles[name].get(value)} if name in titles and value is not None else value
