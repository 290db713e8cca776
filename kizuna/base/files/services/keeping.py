"""What Kizuna does by night: the trash is emptied, bytes that belong to nothing go, the sum of all sizes is checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Sum

from kizuna.base.events import Touched, publish
from kizuna.base.files.events import FilesPurged
from kizuna.base.files.models import Attachment, Usage
from kizuna.base.files.services import storage
from kizuna.base.files.services.attaching import locked_usage
from kizuna.base.records.custom import objects
from kizuna.base.resources import registry

BATCH = 200
STRAY_HOURS = 24
"""Bytes younger than this may belong to an upload that is not noted yet."""


def purge(*, now: dt.datetime) -> int:
    """Remove for good what was in the trash long enough, and the files of records that exist no more; how many."""
    old = Attachment.objects.trashed().filter(deleted_at__lt=now - dt.timedelta(days=settings.FILES_TRASH_DAYS))
    done = 0
    for rows in (old, *_without_record()):
        while found := list(rows.order_by("pk")[:BATCH]):
            _remove(found)
            done += len(found)
    return done


def _without_record() -> Iterator[QuerySet[Attachment]]:
    """Per kind of record, the files whose record is gone. Kinds that are not installed now keep theirs."""
    for resource in registry.all_resources():
        there = resource.model._default_manager.filter(pk=OuterRef("record_id"))
        yield Attachment.objects.filter(~Exists(there), resource=resource.key)


@objects.when_purged
def forget_kind(resource: str) -> None:
    """Remove the files of a kind of record that is gone for good."""
    while found := list(Attachment.objects.filter(resource=resource).order_by("pk")[:BATCH]):
        _remove(found)


def forget_records(resource: str, record_ids: Collection[int]) -> int:
    """Remove the files of records that are erased, those in the trash too; how many."""
    rows, count = Attachment.objects.filter(resource=resource, record_id__in=tuple(record_ids)), 0
    while found := list(rows.order_by("pk")[:BATCH]):
        _remove(found)
        count += len(found)
    return count


@transaction.atomic
def _remove(found: list[Attachment]) -> None:
    """Rows first; the bytes after commit. What a crash leaves in between is a stray, and goes the next night."""
    size = sum(file.size for file in found)
    usage = locked_usage()
    usage.bytes = max(usage.bytes - size, 0)
    usage.save(update_fields=["bytes"])
    Attachment.objects.filter(pk__in=[file.pk for file in found]).delete()
    holders = sorted({(file.resource, file.record_id) for file in found})
    publish(
        FilesPurged(file_ids=tuple(file.pk for file in found), size=size),
        subjects=[Touched(resource, record_id) for resource, record_id in holders],
    )
    stored = [name for file in found for name in _names_of(file)]
    transaction.on_commit(lambda: storage.remove(stored))


def _names_of(file: Attachment) -> Iterator[str]:
    yield file.key
    if file.pictures:
        yield from (storage.picture_key(file.key, number) for number in range(file.pictures + 1))


def remove_strays(*, now: dt.datetime) -> int:
    """Remove stored bytes that no attachment knows, and half uploads that a crash left; how many."""
    limit = now - dt.timedelta(hours=STRAY_HOURS)
    done = 0
    for names in _in_batches(storage.everything()):
        keys = {storage.owner_of(name) for name in names}
        known = set(Attachment.objects.filter(key__in=keys).values_list("key", flat=True))
        strays = [name for name in names if storage.owner_of(name) not in known and storage.stored_at(name) < limit]
        storage.remove(strays)
        done += len(strays)
    return done + _remove_half_uploads(limit)


def _in_batches(names: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(names)
    while batch := [name for _number, name in zip(range(BATCH), rest, strict=False)]:
        yield batch


def _remove_half_uploads(limit: dt.datetime) -> int:
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    old = [path for path in folder.iterdir() if path.is_file() and path.stat().st_mtime < limit.timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


@transaction.atomic
def recount() -> int:
    """Set the sum of all sizes to what it is, should it ever differ; returns it."""
    usage = locked_usage()
    usage.bytes = Attachment.objects.aggregate(total=Sum("size"))["total"] or 0
    Usage.objects.filter(pk=usage.pk).update(bytes=usage.bytes)
    return usage.bytes
