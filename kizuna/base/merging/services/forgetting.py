"""Forgetting what records were before a merge; where old ids lead is never forgotten while their kind is there."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from kizuna.base.events import EventRow, Subject
from kizuna.base.merging.events import RecordsMerged, RecordsUnmerged
from kizuna.base.merging.models import Merge
from kizuna.base.records.custom import objects, storage
from kizuna.base.resources.models import Redirect

BATCH = 200


@transaction.atomic
def forget_images(resource: str, ids: Collection[int]) -> int:
    """Erase what merges keep of these records, whatever part they had in them, those that were taken apart too: what
    still stands stands for good. With it goes what the history tells of those merges, for it names what each record
    brought. Returns how many. Call it where a person is erased; the caller has checked the right to."""
    names = (RecordsMerged.event_name, RecordsUnmerged.event_name)
    events = EventRow.objects.filter(
        name__in=names, subjects__resource=resource, subjects__record_id__in=tuple(ids)
    ).distinct()
    found = dict(events.values_list("pk", "data__merge_id"))
    Subject.objects.filter(event_id__in=list(found), resource=resource, changes__isnull=False).update(changes=None)
    rows = Merge.objects.filter(pk__in=set(found.values()))
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
