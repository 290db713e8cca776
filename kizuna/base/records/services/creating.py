"""New records, one at a time from input, or many that an import has already understood."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from kizuna.base.access import policy
from kizuna.base.events import Touched, publish
from kizuna.base.records import bulk, indexes
from kizuna.base.records.events import RecordsCreated
from kizuna.base.records.models import Record, Submission
from kizuna.base.records.rereading import reread
from kizuna.base.records.values import settle, understand
from kizuna.base.resources.fields.kept import prefill
from kizuna.base.resources.resource import Resource
from kizuna.base.types import rows
from kizuna.base.types.errors import Denied


def create(*, actor: Any, resource: Resource, values: Mapping[str, Any], once: str = "") -> Record:
    """Make a record from raw values (JSON, form or Python), owned by the actor unless `owner` says otherwise.

    `once` is a token of the caller's choice: a second call with the same one, even at the same moment, returns the
    record that the first made. Raises Denied, or Invalid with a message per field.
    """
    if not once or actor.pk is None:
        return _create(actor, resource, values)
    token = _token(resource, once)
    try:
        with transaction.atomic():
            record = _create(actor, resource, values)
            Submission.objects.create(actor_id=actor.pk, token=token, resource=resource.key, record_id=record.pk)
            return record
    except IntegrityError:
        earlier = made_before(actor=actor, resource=resource, once=once)
        if earlier is None:
            raise
        return earlier


def made_before(*, actor: Any, resource: Resource, once: str) -> Record | None:
    """The record that a call of `create` with this token has made already."""
    if not once or actor.pk is None:
        return None
    asked = {"actor_id": actor.pk, "token": _token(resource, once), "resource": resource.key}
    earlier = Submission.objects.filter(**asked).first()
    return resource.model._default_manager.get(pk=earlier.record_id) if earlier else None


def _token(resource: Resource, once: str) -> str:
    return hashlib.sha256(f"{resource.key}:{once}".encode()).hexdigest()


@transaction.atomic
def _create(actor: Any, resource: Resource, values: Mapping[str, Any]) -> Record:
    record = drawn_up(actor=actor, resource=resource, values=values)
    rows.insert(record)
    with reread(record):
        _announce(actor, resource, [record])
    return record


def drawn_up(*, actor: Any, resource: Resource, values: Mapping[str, Any]) -> Record:
    """A new record from raw values as `create` takes them, ready to be stored (`create_many(…, is_settled=True)`).
    Raises Denied, or Invalid with a message per field."""
    _check_operation(resource, "create")
    policy.check(actor, "create", resource.model)
    record = resource.model()
    prefill(record, resource)
    for field, value in understand(actor=actor, resource=resource, values=values, is_new=True).items():
        field.assign(record, value)
    if "owner" not in values:
        record.owner_id = actor.pk
    policy.check_owner(actor, resource.model, "create", record.owner_id)
    _stamp(record, actor, timezone.now())
    settle(record, resource)
    return record


@transaction.atomic
def create_many(*, actor: Any, resource: Resource, records: Sequence[Record], is_settled: bool = False) -> list[Record]:
    """Store many new records at once, their fields already parsed; sets who and when, indexes, and publishes one event.

    `is_settled` says that each has been through `values.settle`. Raises Denied when the actor may not create records
    for one of their owners.
    """
    _check_operation(resource, "create")
    for owner_id in {record.owner_id for record in records}:
        policy.check_owner(actor, resource.model, "create", owner_id)
    now = timezone.now()
    for record in records:
        _stamp(record, actor, now)
        if not is_settled:
            record.normalise()
    if records:
        bulk.insert(resource.model, records)
        _announce(actor, resource, records)
    return list(records)


def _check_operation(resource: Resource, operation: str) -> None:
    if operation not in resource.operations:
        raise Denied()


def _stamp(record: Record, actor: Any, now: dt.datetime) -> None:
    record.created_at = record.updated_at = now
    record.created_by_id = record.updated_by_id = actor.pk


def _announce(actor: Any, resource: Resource, records: Sequence[Record]) -> None:
    indexes.refresh(resource, records, is_new=True)
    owners = sorted({record.owner_id for record in records if record.owner_id is not None})
    publish(
        RecordsCreated(resource=resource.key, ids=tuple(record.pk for record in records), owner_ids=tuple(owners)),
        subjects=(Touched(resource.key, record.pk) for record in records),
        by=actor,
    )
