"""What happened to a record, read from the event log: who, when, from where, before and after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from kizuna.base.events.models import Subject
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.models import Redirect
from kizuna.base.types.ready import Given, Ready

PAGE_SIZE = 50


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `changes` holds {field: (before, after)} in JSON form, readable fields only; `data` is
    what the event itself says."""

    event_id: int
    name: str
    actor_id: int | None
    via: str
    address: str | None
    occurred_at: dt.datetime
    changes: dict[str, tuple[Any, Any]]
    data: dict[str, Any]


def history(*, actor: Any, record: Record, before: int | None = None, size: int = PAGE_SIZE) -> list[Entry]:
    """The newest entries, or those older than the event id `before`. One query. The caller has checked visibility."""
    subjects = _subjects(record)
    if before is not None:
        subjects = subjects.filter(event_id__lt=before)
    return _entries(actor, record, subjects[:size])


def history_between(
    *, actor: Any, record: Record, before: dt.datetime | None = None, size: int = PAGE_SIZE
) -> list[Entry]:
    """The newest entries, or those from before a moment: for a timeline that mixes them with other things."""
    subjects = _subjects(record)
    if before is not None:
        subjects = subjects.filter(event__occurred_at__lt=before)
    return _entries(actor, record, subjects[:size])


def entry_at(*, actor: Any, record: Record, event_id: int) -> Entry | None:
    """What one event did to the record, if it did anything. The caller has checked visibility."""
    return next(iter(_entries(actor, record, _subjects(record).filter(event_id=event_id))), None)


_MERGED_INTO = Ready(
    lambda: Redirect.objects.filter(resource=Given("resource"), into_id=Given("record")).values_list(
        "record_id", flat=True
    )
)


def _subjects(record: Record) -> QuerySet[Subject]:
    """What happened to the record, and to those that were merged into it; what happened to both, once."""
    key = registry.of(record).key
    own = Q(record_id=record.pk)
    merged = _MERGED_INTO.ask(resource=key, record=record.pk)
    if merged:
        touched_too = Subject.objects.filter(event_id=OuterRef("event_id"), resource=key, record_id=record.pk)
        own |= Q(record_id__in=merged) & Q(~Exists(touched_too))
    return Subject.objects.filter(own, resource=key).select_related("event").order_by("-event_id")


def _entries(actor: Any, record: Record, subjects: Iterable[Subject]) -> list[Entry]:
    readable = registry.of(record).readable_fields(actor)
    return [entry_of(subject, readable) for subject in subjects]


def entry_of(subject: Subject, readable: Container[str]) -> Entry:
    """What an event did to one record, of the fields that may be read."""
    changes = (subject.changes or {}).items()
    return Entry(
        event_id=subject.event_id,
        name=subject.event.name,
        actor_id=subject.event.actor_id,
        via=subject.event.via,
        address=subject.event.address,
        occurred_at=subject.event.occurred_at,
        changes={name: (before, after) for name, (before, after) in changes if name in readable},
        data=subject.event.data,
    )
