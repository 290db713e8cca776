"""When an address came or changed."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from kizuna.base.events import on
from kizuna.base.geocoding import services
from kizuna.base.geocoding.jobs import find_places
from kizuna.base.records.events import RecordsCreated, RecordsUpdated
from kizuna.base.resources import registry

MOST = 100
"""More at once come from an import; they keep the middle of their city."""


@on(RecordsCreated)
def look_up_new(event: RecordsCreated) -> None:
    _look_up(event.resource, event.ids, None)


@on(RecordsUpdated)
def look_up_changed(event: RecordsUpdated) -> None:
    _look_up(event.resource, event.ids, event.fields)


def _look_up(resource: str, ids: Sequence[int], changed: Sequence[str] | None) -> None:
    if not settings.GEOCODER_URL or not ids or len(ids) > MOST:
        return
    fields = services.fields_of(registry.get(resource))
    if fields and (changed is None or fields[1].name in changed):
        find_places.enqueue(resource=resource, ids=list(ids))
