"""Forgetting what records were before a merge; where old ids lead is never forgotten while their kind is there."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q

from kizuna.base.merging.models import Merge
from kizuna.base.records.custom import objects, storage
from kizuna.base.resources.models import Redirect

BATCH = 200


@transaction.atomic
def forget_images(resource: str, ids: Collection[int]) -> int:
    """Erase what merges keep of these records, whatever part they had in them: those merges stand for good. Returns how
    many. Call it where a person is erased; the caller has checked the right to."""
    old = Redirect.objects.filter(resource=resource, record_id__in=tuple(ids)).values("merge_id")
    rows = Merge.objects.filter(Q(survivor_id__in=tuple(ids)) | Q(pk__in=old), resource=resource)
    return rows.update(before={}, after={}, titles={}, kept={})


@storage.when_dropped
def forget_values(resource: str, slot: str) -> None:
    """Take the values of a field that is gone for good out of what merges keep; they can still be taken apart."""
    for name in ("before", "after"):
        rows = Merge.objects.filter(resource=resource, **{f"{name}__custom__has_key": slot}).order_by("pk")
        while merges := list(rows[:BATCH]):
            for merge in merges:
                getattr(merge, name)["custom"].pop(slot, None)
            Merge.objects.bulk_update(merges, [name])


@objects.when_purged
def forget_kind(resource: str) -> None:
    """Forget the merges of a kind of record that is gone for good, with its redirects."""
    Merge.objects.filter(resource=resource).delete()
    Redirect.objects.filter(resource=resource).delete()
