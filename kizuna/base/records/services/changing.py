"""Changes to records: one with its version checked, or many in batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from kizuna.base.access import policy
from kizuna.base.events import Change, Touched, publish
from kizuna.base.records import indexes
from kizuna.base.records.events import RecordsUpdated
from kizuna.base.records.models import Record, RecordQuerySet
from kizuna.base.records.values import settle, understand
from kizuna.base.resources import registry
from kizuna.base.resources.fields import Field
from kizuna.base.types.errors import Denied, Missing, Stale

BATCH = 500

Changes = dict[str, Change]


@transaction.atomic
def update(*, actor: Any, record: Record, changes: Mapping[str, Any], version: int | None = None) -> Record:
    """Change fields of a record from raw values. Nothing is written when nothing differs.

    `version` is the one the actor saw; when somebody changed the record since, Stale is raised with the record as it
    is now. Raises also Missing, Denied, or Invalid with a message per field.
    """
    resource = registry.of(record)
    policy.check(actor, "update", record)
    current = resource.model._default_manager.live().select_for_update().filter(pk=record.pk).first()
    if current is None:
        raise Missing()
    if version is not None and current.version != version:
        raise Stale(current)
    parsed = understand(actor=actor, resource=resource, values=changes, is_new=False, record=current)
    changed = _apply(actor, current, parsed)
    if changed:
        settle(current, resource)
        current.save(force_update=True)
        _announce(actor, resource, [current], [changed])
    return current


@transaction.atomic
def update_many(*, actor: Any, queryset: RecordQuerySet, changes: Mapping[str, Any]) -> int:
    """Give the same values to every row of `queryset` that the actor may change in bulk; returns how many changed.

    A value may also be `{"add": [...]}` or `{"remove": [...]}` for tags.
    """
    resource = registry.of(queryset.model)
    if not policy.permissions_of(actor).can(resource.key, "bulk"):
        raise Denied()
    adjust = {name: value for name, value in changes.items() if isinstance(value, dict) and value.keys() & _ADJUSTERS}
    plain = {name: value for name, value in changes.items() if name not in adjust}
    parsed = understand(actor=actor, resource=resource, values=plain, is_new=False)
    rows = queryset.live().permitted(actor, "bulk").permitted(actor, "update").order_by("pk")
    done, last = 0, 0
    while batch := list(rows.filter(pk__gt=last).select_for_update(of=("self",))[:BATCH]):
        last = batch[-1].pk
        done += _update_batch(actor, resource, batch, parsed, adjust)
    return done


_ADJUSTERS = {"add", "remove"}


def _update_batch(
    actor: Any, resource: Any, batch: Sequence[Record], parsed: Mapping[Field, Any], adjust: Mapping[str, Any]
) -> int:
    touched, changes = [], []
    columns: set[str] = set()
    for record in batch:
        before = dict(record.__dict__)
        values = dict(parsed)
        for name, how in adjust.items():
            values |= _adjusted(actor, resource, record, name, how)
        changed = _apply(actor, record, values)
        if changed:
            settle(record, resource)
            columns.update(_written(record, before))
            touched.append(record)
            changes.append(changed)
    if touched:
        resource.model._default_manager.bulk_update(touched, sorted(columns), batch_size=200)
        _announce(actor, resource, touched, changes)
    return len(touched)


def _written(record: Record, before: Mapping[str, Any]) -> Iterator[str]:
    """The columns in which a record in memory differs from what was read, derived ones included."""
    for column in record._meta.concrete_fields:
        if record.__dict__.get(column.attname) != before.get(column.attname):
            yield column.name


def _adjusted(actor: Any, resource: Any, record: Record, name: str, how: Mapping[str, Any]) -> dict[Field, Any]:
    present = list(resource.fields[name].read(record) or []) if name in resource.fields else []
    gone = resource.fields[name].keys(how.get("remove", [])) if name in resource.fields else set()
    kept = [word for word in present if not resource.fields[name].keys([word]) <= gone] if gone else present
    return understand(actor=actor, resource=resource, values={name: kept + list(how.get("add", []))}, is_new=False)


def _apply(actor: Any, record: Record, values: Mapping[Field, Any]) -> Changes:
    """Assign values, returning `{field: Change(before, after)}` in JSON form for those that differ."""
    changed: Changes = {}
    for field, value in values.items():
        before = field.to_json(field.read(record))
        if field.name == "owner":
            policy.check_owner(actor, type(record), "update", value)
        field.assign(record, value)
        after = field.to_json(field.read(record))
        if before != after:
            changed[field.name] = Change(before, after)
    if changed:
        record.version += 1
        record.updated_at = timezone.now()
        record.updated_by_id = actor.pk
    return changed


def _announce(actor: Any, resource: Any, records: Sequence[Record], changes: Sequence[Changes]) -> None:
    indexes.refresh(resource, records)
    publish(
        RecordsUpdated(
            resource=resource.key,
            ids=tuple(record.pk for record in records),
            fields=tuple(sorted({name for changed in changes for name in changed})),
        ),
        subjects=(Touched(resource.key, record.pk, changed) for record, changed in zip(records, changes, strict=True)),
        by=actor,
    )
