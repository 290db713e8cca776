"""To the trash and back. Nothing is removed from the database here: `retention` does, months later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.events import Touched, publish
from kizuna.base.records import indexes, returning
from kizuna.base.records.events import RecordsDeleted, RecordsRestored
from kizuna.base.records.models import Record, RecordQuerySet
from kizuna.base.records.services.wholes import hold_wholes
from kizuna.base.resources import registry
from kizuna.base.resources.models import Redirect
from kizuna.base.types.errors import Denied, Missing, Refused, Stale

BATCH = 500

TrashEvent = type[RecordsDeleted] | type[RecordsRestored]


@transaction.atomic
def delete(*, actor: Any, record: Record, version: int | None = None) -> Record:
    """Put a record in the trash. Raises Missing, Denied, or Stale when it changed since `version`."""
    policy.check(actor, "delete", record)
    rows = type(record)._default_manager.live().filter(pk=record.pk)
    hold_wholes(rows)
    current = rows.select_for_update().first()
    if current is None:
        raise Missing()
    if version is not None and current.version != version:
        raise Stale(current)
    _move(actor, [current], timezone.now(), RecordsDeleted)
    return current


@transaction.atomic
def restore(*, actor: Any, record: Record) -> Record:
    """Bring a record back from the trash; restoring a live one changes nothing. Raises Missing, Denied, or Refused for
    one that stays there."""
    policy.check(actor, "delete", record)
    hold_wholes(type(record)._default_manager.filter(pk=record.pk))
    current = type(record)._default_manager.select_for_update().get(pk=record.pk)
    if current.is_deleted:
        if Redirect.objects.filter(resource=registry.of(current).key, record_id=current.pk).exists():
            raise Refused(_("The record was merged into another one. Take that merge apart to bring it back."))
        if why := returning.barred(registry.of(current), [current.pk]).get(current.pk):
            raise Refused(why)
        _require_room(current)
        _move(actor, [current], None, RecordsRestored)
    return current


def _require_room(record: Record) -> None:
    """Raise Refused when an equal record has taken the place of one in the trash."""
    record.deleted_at, moment = None, record.deleted_at
    try:
        record.validate_constraints()
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    finally:
        record.deleted_at = moment


@transaction.atomic
def delete_many(*, actor: Any, queryset: RecordQuerySet) -> int:
    """Put every row of `queryset` that the actor may delete in the trash; returns how many."""
    return _move_many(actor, queryset.live(), timezone.now(), RecordsDeleted)


@transaction.atomic
def restore_many(*, actor: Any, queryset: RecordQuerySet) -> int:
    """Bring back every row of `queryset` that the actor may restore and that may return; returns how many."""
    return _move_many(actor, queryset.trashed(), None, RecordsRestored)


@transaction.atomic
def trash_each(*, actor: Any, records: Sequence[Record]) -> None:
    """Put records in the trash that the caller has locked, and that the actor may delete; one event tells of all."""
    _move(actor, records, timezone.now(), RecordsDeleted)


@transaction.atomic
def bring_back_each(*, actor: Any, records: Sequence[Record]) -> None:
    """Bring back records that the caller has locked, and that the actor may delete. Raises what the database says of
    one that has no room any more; `restore` says it in words."""
    _move(actor, records, None, RecordsRestored)


def _move_many(actor: Any, queryset: RecordQuerySet, moment: dt.datetime | None, event: TrashEvent) -> int:
    resource = registry.of(queryset.model)
    if not policy.permissions_of(actor).can(resource.key, "bulk"):
        raise Denied()
    rows = queryset.permitted(actor, "delete").permitted(actor, "bulk").order_by("pk")
    done = last = 0
    while batch := _following(rows, last):
        last = batch[-1].pk
        staying = returning.barred(resource, [record.pk for record in batch]) if moment is None else {}
        moved = [record for record in batch if record.pk not in staying]
        _move(actor, moved, moment, event)
        done += len(moved)
    return done


def _following(rows: RecordQuerySet, last: int) -> list[Record]:
    """The next of these rows, held."""
    following = rows.filter(pk__gt=last)
    hold_wholes(following[:BATCH])
    return list(following.select_for_update(of=("self",))[:BATCH])


def _move(actor: Any, records: Sequence[Record], moment: dt.datetime | None, event: TrashEvent) -> None:
    if not records:
        return
    resource = registry.of(records[0])
    now = timezone.now()
    ids = tuple(record.pk for record in records)
    resource.model._default_manager.filter(pk__in=ids).update(
        deleted_at=moment, version=F("version") + 1, updated_at=now, updated_by_id=actor.pk
    )
    for record in records:
        record.deleted_at, record.updated_at, record.updated_by_id = moment, now, actor.pk
        record.version += 1
    indexes.refresh(resource, records)
    publish(event(resource=resource.key, ids=ids), subjects=(Touched(resource.key, pk) for pk in ids), by=actor)
