"""What happened to a record, read from the event log: who, when, from where, before and after."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from kizuna.base.events.models import Subject
from kizuna.base.records.models import Record
from kizuna.base.resources import registry

PAGE_SIZE = 50


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `changes` holds {field: (before, after)} in JSON form, readable fields only."""

    event_id: int
    name: str
    actor_id: int | None
    via: str
    address: str | None
    occurred_at: dt.datetime
    changes: dict[str, tuple[Any, Any]]


def history(*, actor: Any, record: Record, before: int | None = None, size: int = PAGE_SIZE) -> list[Entry]:
    """The newest entries, or those older than the event id `before`. One query. The caller has checked visibility."""
    resource = registry.of(record)
    readable = resource.readable_fields(actor)
    subjects = Subject.objects.filter(resource=resource.key, record_id=record.pk).select_related("event")
    if before is not None:
        subjects = subjects.filter(event_id__lt=before)
    return [
        Entry(
            event_id=subject.event_id,
            name=subject.event.name,
            actor_id=subject.event.actor_id,
            via=subject.event.via,
            address=subject.event.address,
            occurred_at=subject.event.occurred_at,
            changes={
                name: (before_value, after_value)
                for name, (before_value, after_value) in (subject.changes or {}).items()
                if name in readable
            },
        )
        for subject in subjects.order_by("-event_id")[:size]
    ]
