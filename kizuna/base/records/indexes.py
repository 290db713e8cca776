"""Indexes fed in the transaction that writes records: the keys here, and whatever higher rooms register (search)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Protocol

from kizuna.base.records import bulk
from kizuna.base.records.models import Record
from kizuna.base.resources import editions
from kizuna.base.resources.fields import Field
from kizuna.base.resources.models import Key
from kizuna.base.resources.resource import Resource
from kizuna.base.types import trigrams
from kizuna.base.types.columns import FoldedNamesField


class Indexer(Protocol):
    """Brings an index in line with records as they now are. `is_new` says that none of them can be in it yet."""

    def __call__(self, resource: Resource, records: Sequence[Record], *, is_new: bool) -> None: ...


_indexers: list[Indexer] = []


def register(indexer: Indexer) -> Indexer:
    """Have a function called with every record written, restored or put in the trash, in the same transaction."""
    _indexers.append(indexer)
    return indexer


def refresh(resource: Resource, records: Sequence[Record], *, is_new: bool = False) -> None:
    for indexer in _indexers:
        indexer(resource, records, is_new=is_new)


def keys_of(resource: Resource, record: Record) -> set[tuple[str, str]]:
    """The (kind, key) pairs under which a record is to be found; none in the trash."""
    if record.is_deleted:
        return set()
    return {(name, key) for name, read, keys in _key_readers(resource) for key in keys(read(record)) if key}


def _key_readers(resource: Resource) -> list[tuple[str, Callable[[Any], Any], Callable[[Any], set[str]]]]:
    """The fields that can have keys at all, found once per resource: this runs for every row of an import."""
    return editions.current().keep(("key_readers", resource.key), lambda: _readers_of(resource))


def _readers_of(resource: Resource) -> list[tuple[str, Callable[[Any], Any], Callable[[Any], set[str]]]]:
    return [
        (name, field.read, field.keys)
        for name, field in resource.fields.items()
        if type(field).keys is not Field.keys and getattr(field, "is_key", True)
    ]


@register
def index_keys(resource: Resource, records: Sequence[Record], *, is_new: bool) -> None:
    """Keep `Key` rows equal to what the records say."""
    wanted = {(kind, key, record.pk) for record in records for kind, key in keys_of(resource, record)}
    if not is_new:
        stored = Key.objects.filter(resource=resource.key, record_id__in=[record.pk for record in records])
        have = {(row.kind, row.key, row.record_id): row.pk for row in stored}
        gone = [pk for found, pk in have.items() if found not in wanted]
        if gone:
            Key.objects.filter(pk__in=gone).delete()
        wanted -= have.keys()
    if wanted:
        kinds, keys, ids = map(list, zip(*sorted(wanted), strict=True))
        bulk.insert_columns(
            Key, ("resource", "kind", "key", "record_id"), [[resource.key] * len(ids), kinds, keys, ids]
        )


@register
def index_folded_names(resource: Resource, records: Sequence[Record], *, is_new: bool) -> None:
    """Make new records found by parts of their names; the database follows later changes by itself."""
    if is_new and _is_indexed(resource):
        names = attrgetter("folded_names")  # a field of some kinds of records
        trigrams.feed(resource.model, [(record.pk, names(record)) for record in records])


def _is_indexed(resource: Resource) -> bool:
    columns = resource.model._meta.concrete_fields
    return any(isinstance(column, FoldedNamesField) and column.is_indexed for column in columns)
