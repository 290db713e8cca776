"""Indexes fed in the transaction that writes records: the keys here, and whatever higher rooms register (search)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from operator import attrgetter
from typing import Any, Protocol

from django.core.exceptions import FieldDoesNotExist

from kizuna.base.records import bulk
from kizuna.base.records.models import Record
from kizuna.base.resources import editions, redirects
from kizuna.base.resources.fields import Field
from kizuna.base.resources.models import Key
from kizuna.base.resources.resource import Resource
from kizuna.base.types import trigrams
from kizuna.base.types.columns import FoldedNamesField


class Indexer(Protocol):
    """Brings an index in line with records as they now are. `is_new` says that none of them can be in it yet."""

    def __call__(self, resource: Resource, records: Sequence[Record], *, is_new: bool) -> None: ...


Columns = Collection[str] | None
"""Names of attributes; None for any."""
Reads = Callable[[Resource], Columns]
KeyReader = tuple[str, Callable[[Any], Any], Callable[[Any], set[str]]]
Pair = tuple[str, str, int]
"""The kind of a key, the key, and the id of the record."""

Learns = Callable[[Resource], Callable[[Any], Any]]
"""How an index learns of a record what it will hold, from the record alone."""

STAMPS = frozenset({"created_at", "created_by_id", "updated_at", "updated_by_id"})
"""Columns that are filled in when a new record is stored."""

_indexers: list[tuple[Indexer, Reads]] = []
_ahead: dict[str, Learns] = {}
_AHEAD = "_learned_ahead"


def register(indexer: Indexer, *, reads: Reads = lambda resource: None) -> None:
    """Have a function called with every record written, restored or put in the trash, in the same transaction.

    `reads` says from which columns of a kind of record it learns anything: where none of them changed, it is not asked.
    """
    _indexers.append((indexer, reads))


def learns(name: str, how: Learns) -> None:
    """Say what an indexer works out of each new record, so that it can be done before the record is stored."""
    _ahead[name] = how


def looking_ahead(resource: Resource) -> Callable[[Record], None]:
    """A function that works out what the indexes will hold of a new record, and keeps it with the record until it is
    stored."""
    ways = {name: how(resource) for name, how in _ahead.items()}

    def look_ahead(record: Record) -> None:
        record.__dict__[_AHEAD] = {name: learn(record) for name, learn in ways.items()}

    return look_ahead


def forget(record: Record) -> None:
    """What was worked out of a record ahead does not hold any more: it changed."""
    record.__dict__.pop(_AHEAD, None)


def learned(name: str, record: Record, learn: Callable[[Any], Any]) -> Any:
    """What an index learns of a record: as it was worked out ahead, else now."""
    ahead = record.__dict__.get(_AHEAD)
    return learn(record) if ahead is None else ahead[name]


def refresh(resource: Resource, records: Sequence[Record], *, is_new: bool = False, columns: Columns = None) -> None:
    """Bring the indexes in line with records; `columns` are all in which any of them changed, if that is known."""
    for indexer, reads in _indexers:
        if columns is None or _reads_any(reads(resource), columns):
            indexer(resource, records, is_new=is_new)
    for record in records:
        forget(record)


def are_read(resource: Resource, columns: Collection[str]) -> bool:
    """Whether an index learns anything from one of these columns."""
    return any(_reads_any(reads(resource), columns) for _indexer, reads in _indexers)


def _reads_any(read: Columns, columns: Collection[str]) -> bool:
    return read is None or not set(columns).isdisjoint(read)


def columns_behind(resource: Resource, paths: Iterable[str]) -> Columns:
    """The columns of a record in which these ORM paths begin; None where one of them is no column."""
    try:
        return {resource.model._meta.get_field(path.partition("__")[0]).attname for path in paths}
    except (FieldDoesNotExist, AttributeError):
        return None


def keys_of(resource: Resource, record: Record) -> set[tuple[str, str]]:
    """The (kind, key) pairs under which a record is to be found; none in the trash."""
    return {(name, key) for name, key, _pk in _keys_read(resource, [record])}


def _keys_read(resource: Resource, records: Sequence[Record], merged: Collection[int] = ()) -> list[Pair]:
    """All keys of records, each once; of those out of sight only of the `merged` ones."""
    read = _keys_of(resource)
    return [
        (name, key, record.pk)
        for record in records
        if record.deleted_at is None or record.pk in merged
        for name, key in learned("keys", record, read)
    ]


def _keys_of(resource: Resource) -> Callable[[Any], list[tuple[str, str]]]:
    """A function that gives the (kind, key) pairs of a record."""
    readers = _key_readers(resource)

    def pairs(record: Any) -> list[tuple[str, str]]:
        return [(name, key) for name, read, keys in readers if (value := read(record)) for key in keys(value) if key]

    return pairs


def _key_readers(resource: Resource) -> list[KeyReader]:
    """The fields that can have keys at all, found once per resource: this runs for every row of an import."""
    return editions.current().keep(("key_readers", resource.key), lambda: _readers_of(resource))


def _readers_of(resource: Resource) -> list[KeyReader]:
    return [
        (name, field.reader, field.keys)
        for name, field in resource.fields.items()
        if type(field).keys is not Field.keys and getattr(field, "is_key", True)
    ]


def index_keys(resource: Resource, records: Sequence[Record], *, is_new: bool) -> None:
    """Keep `Key` rows equal to what the records say; one that was merged keeps its own, which lead to the other."""
    hidden = [] if is_new else [record.pk for record in records if record.deleted_at is not None]
    merged = redirects.survivors(resource.key, hidden) if hidden and resource.mergeable else ()
    wanted = _keys_read(resource, records, merged)
    if not is_new:
        wanted = _not_stored(resource, records, set(wanted))
    if wanted:
        kinds, keys, ids = map(list, zip(*sorted(wanted), strict=True))
        bulk.insert_columns(
            Key, ("resource", "kind", "key", "record_id"), [[resource.key] * len(ids), kinds, keys, ids]
        )


def _not_stored(resource: Resource, records: Sequence[Record], wanted: set[Pair]) -> list[Pair]:
    """Those that are missing; what is there and not wanted is deleted."""
    stored = Key.objects.filter(resource=resource.key, record_id__in=[record.pk for record in records])
    rows = stored.values_list("kind", "key", "record_id", "pk")
    have = {(kind, key, record_id): pk for kind, key, record_id, pk in rows}
    gone = [pk for found, pk in have.items() if found not in wanted]
    if gone:
        Key.objects.filter(pk__in=gone).delete()
    return list(wanted - have.keys())


def index_folded_names(resource: Resource, records: Sequence[Record], *, is_new: bool) -> None:
    """Make new records found by parts of their names; the database follows later changes by itself."""
    if is_new and _is_indexed(resource):
        names = attrgetter("folded_names")  # a field of some kinds of records
        trigrams.feed(resource.model, [(record.pk, names(record)) for record in records])


def _key_columns(resource: Resource) -> Columns:
    paths = [path for name, _read, _keys in _key_readers(resource) for path in resource.fields[name].paths]
    return columns_behind(resource, ["deleted_at", *paths])


register(index_keys, reads=_key_columns)
learns("keys", _keys_of)
register(index_folded_names, reads=lambda resource: ())


def _is_indexed(resource: Resource) -> bool:
    columns = resource.model._meta.concrete_fields
    return any(isinstance(column, FoldedNamesField) and column.is_indexed for column in columns)
