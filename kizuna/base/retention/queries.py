"""When what lies in the trash is removed for good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.deletion import CASCADE

from kizuna.base.merging.relations import Relation, every_relation_to
from kizuna.base.records import returning
from kizuna.base.records.models import Record
from kizuna.base.resources.models import Redirect
from kizuna.base.resources.resource import Resource
from kizuna.base.types.custom_values import COLUMN


def removed_on(record: Any) -> dt.datetime | None:
    """From when on a record in the trash is removed, unless something holds it; None where the trash is kept."""
    return record.deleted_at + dt.timedelta(days=settings.TRASH_DAYS) if settings.TRASH_DAYS else None


def due(resource: Resource, now: dt.datetime) -> QuerySet[Record]:
    """The records of a kind that lay in the trash long enough, but for merged ones."""
    before = now - dt.timedelta(days=settings.TRASH_DAYS)
    merged = Redirect.objects.filter(resource=resource.key)
    part_of_a_merge = Q(pk__in=merged.values("record_id")) | Q(pk__in=merged.exclude(into_id=None).values("into_id"))
    return resource.model._default_manager.filter(deleted_at__lt=before).exclude(part_of_a_merge)


def held(resource: Resource, ids: Collection[int]) -> set[int]:
    """Those of these records that stay: something points to them that does not go with them, or a room keeps them."""
    found = set(returning.barred(resource, ids))
    for relation in every_relation_to(resource.key):
        if holds(relation):
            found |= _pointed_to(relation, ids)
    return found


def holds(relation: Relation) -> bool:
    """Whether rows keep what they point to: those of other records do, in whatever column, unless that cascades."""
    if relation.is_reference:
        return False
    return bool(relation.number) or relation.foreign_key.remote_field.on_delete is not CASCADE


def _pointed_to(relation: Relation, ids: Collection[int]) -> set[int]:
    if relation.number:
        values = relation.rows(ids).values_list(COLUMN, flat=True)
        return {kept[f"f{relation.number}"] for kept in values}
    return set(relation.rows(ids).values_list(relation.column, flat=True).distinct())
