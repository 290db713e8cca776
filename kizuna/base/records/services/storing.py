"""Many records that each changed in their own way, brought into shape already: stored, indexed and told of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from django.db import transaction
from django.utils import timezone

from kizuna.base.access import policy
from kizuna.base.events import Change, Touched, publish
from kizuna.base.records import bulk, indexes
from kizuna.base.records.events import RecordsUpdated
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.fields import Field
from kizuna.base.resources.fields.kept import kept_fields
from kizuna.base.resources.resource import Resource
from kizuna.base.types.custom_values import COLUMN
from kizuna.base.types.errors import Denied

_STAMPS = frozenset({"version", "updated_at", "updated_by_id"})


@transaction.atomic
def store_changes(*, actor: Any, resource: Resource, changed: Sequence[tuple[Record, dict[str, Any]]]) -> None:
    """Store records changed in memory, each with what its `__dict__` held before; one event tells of all of them.

    The caller has locked the rows, parsed the values and settled the records (`values.settle`). Raises Denied when
    the actor may not update one of them.
    """
    ids = [record.pk for record, _before in changed]
    rows = resource.model._default_manager.permitted(actor, "update").filter(pk__in=ids)
    if not policy.permissions_of(actor).is_unlimited and rows.count() != len(ids):
        raise Denied()
    every = [column.attname for column in resource.model._meta.concrete_fields]
    columns = [name for name in every if name in changed[0][1]]  # no more than the caller has read
    held = itemgetter(*columns)
    touched: set[str] = set()
    told: list[Touched] = []
    fields = _fields_by_column(resource)
    now = timezone.now()
    for record, before in changed:
        both = zip(columns, held(before), held(record.__dict__), strict=True)
        differing = [name for name, was, now_is in both if was is not now_is and was != now_is]
        told.append(Touched(resource.key, record.pk, _changes(fields, differing, record, before)))
        touched.update(differing)
        record.version += 1
        record.updated_at, record.updated_by_id = now, actor.pk
    records = [record for record, _before in changed]
    bulk.update(resource.model, records, touched | _STAMPS)
    indexes.refresh(resource, records, columns=touched)
    names = sorted({name for one in told for name in one.changes or ()})
    publish(
        RecordsUpdated(resource=resource.key, ids=tuple(ids), fields=tuple(names)),
        subjects=told,
        by=actor,
    )


def comparing(resource: Resource) -> Callable[[dict[str, Any], dict[str, Any]], dict[str, Change]]:
    """A function that says how two states of a record (its `__dict__`) differ, as the log would tell of it."""
    every = [column.attname for column in resource.model._meta.concrete_fields]
    fields = _fields_by_column(resource)

    def compare(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Change]:
        record = object.__new__(resource.model)
        record.__dict__ = after
        return _changes(fields, [name for name in every if after.get(name) != before.get(name)], record, before)

    return compare


def _fields_by_column(resource: Resource) -> dict[str, Field]:
    """The editable field that each column belongs to."""
    columns = {column.name: column.attname for column in resource.model._meta.concrete_fields}
    return {
        columns[path]: field
        for field in resource.fields.values()
        if field.editable
        for path in (field.name, *field.paths)
        if path in columns
    }


def _changes(
    fields: dict[str, Field], differing: Sequence[str], record: Record, before: dict[str, Any]
) -> dict[str, Change]:
    """Before and after in JSON form, of the fields whose columns differ."""
    earlier = object.__new__(type(record))
    earlier.__dict__ = before
    touched = {fields[name].name: fields[name] for name in differing if name in fields}
    if COLUMN in differing:
        kept = kept_fields(registry.of(record))
        touched |= {one.name: one for one in kept if earlier.custom.get(one.slot) != record.custom.get(one.slot)}
    return {
        name: Change(field.to_json(field.read(earlier)), field.to_json(field.read(record)))
        for name, field in touched.items()
    }
