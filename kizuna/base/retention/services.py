"""Empty the trash: from the leaves, so that what points to others goes before them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kizuna.base.events import Touched, publish
from kizuna.base.files import services as files
from kizuna.base.files.models import Attachment
from kizuna.base.merging import services as merging
from kizuna.base.merging.relations import Relation, every_relation_to
from kizuna.base.records import indexes
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.retention import queries
from kizuna.base.retention.events import RecordsPurged
from kizuna.base.types import erasing

BATCH = 500


def purge(*, now: dt.datetime) -> int:
    """Remove for good what was in the trash long enough and is held by nothing; how many. Safe to be stopped and run
    again: a batch goes as a whole, or not at all."""
    done, kinds = 0, [one for one in reversed(registry.all_resources()) if one.has_trash]
    while settings.TRASH_DAYS and (gone := sum(_purge_kind(one, now) for one in kinds)):
        done += gone  # what they pointed to may be held by nothing now
    return done


def _purge_kind(resource: Resource, now: dt.datetime) -> int:
    done = last = 0
    rows = queries.due(resource, now).order_by("pk").values_list("pk", flat=True)
    while ids := list(rows.filter(pk__gt=last)[:BATCH]):
        last = ids[-1]
        done += _purge_batch(resource, ids, now)
    return done


@transaction.atomic
def _purge_batch(resource: Resource, ids: Collection[int], now: dt.datetime) -> int:
    """Who brings a record back meanwhile waits for us, or we find it gone from the trash."""
    rows = queries.due(resource, now).filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))
    found = set(rows.values_list("pk", flat=True))
    going = sorted(found - queries.held(resource, found))
    if going:
        _remove(resource, going)
        told = [Touched(resource.key, pk) for pk in going]
        publish(RecordsPurged(resource=resource.key, ids=tuple(going)), subjects=told)
    return len(going)


def _remove(resource: Resource, ids: Collection[int]) -> None:
    merging.forget_images(resource.key, ids)
    for relation in list(every_relation_to(resource.key)):
        if relation.is_reference:
            _let_go(relation, ids)
        elif relation.resource is not None and not queries.holds(relation):
            _remove_parts(relation, ids)
    resource.model._default_manager.filter(pk__in=ids).delete()


def _let_go(relation: Relation, ids: Collection[int]) -> None:
    """Rows that name a record by its kind and number: they go, or are cleared as those of erased people are."""
    rule = getattr(relation.model, "when_erased", {}).get(relation.column)
    if relation.model is Attachment:
        files.forget_records(relation.target, ids)
    elif isinstance(rule, erasing.Keep):
        if rule.clear:
            relation.rows(ids).update(**rule.clear)
    else:
        relation.rows(ids).delete()


def _remove_parts(relation: Relation, ids: Collection[int]) -> None:
    """Records that are a part of those that go, with what they are found by."""
    resource = relation.resource
    assert resource is not None
    parts = list(relation.rows(ids))
    for part in parts:
        part.deleted_at = part.deleted_at or timezone.now()
    if parts:
        indexes.refresh(resource, parts)
        _remove(resource, [part.pk for part in parts])
