"""The index fed: in the transaction that writes a record, and all over again when its declaration has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kizuna.base.records import indexes
from kizuna.base.records.custom import definitions, kinds
from kizuna.base.records.custom.making import FIELDS
from kizuna.base.records.models import CustomField, CustomObject
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.search import upkeep
from kizuna.base.search.contents import KEPT_WORDS, Contents, contents_of
from kizuna.base.search.lexemes import field_code, highest_id, lowest_id, resource_number
from kizuna.base.search.models import Entry
from kizuna.base.types.errors import fill
from kizuna.base.types.rows import insert_columns

BATCH = 1000
WORDS = "words"
Rows = list[tuple[int, str]]

_POSTGRESQL_AGAIN = (
    "INSERT INTO search_entry (id, lexemes)"
    " SELECT id, lexemes::tsvector FROM unnest(%s::bigint[], %s::text[]) AS given (id, lexemes)"
    " ON CONFLICT (id) DO UPDATE SET lexemes = excluded.lexemes WHERE search_entry.lexemes <> excluded.lexemes"
)
_SQLITE = "INSERT INTO search_entry (id, lexemes) VALUES (%s, %s)"
_SQLITE_AGAIN = "UPDATE search_entry SET lexemes = %s WHERE id = %s"
_SQLITE_FOUND_BY = "INSERT INTO search_lexemes (rowid, lexemes) VALUES (%s, %s)"
_SQLITE_NOT_FOUND_BY = "INSERT INTO search_lexemes (search_lexemes, rowid, lexemes) VALUES ('delete', %s, %s)"


def index_records(resource: Resource, records: Iterable[Any], *, is_new: bool = False) -> None:
    """Bring the entries of records in line with what the records say. Records in the trash have none.

    `is_new` says that none of them has an entry yet. Belongs into the transaction that writes the records.
    """
    records, contents, lowest = list(records), contents_of(resource), lowest_id(resource.key)
    stored: Rows = []
    gone: list[int] = []
    further = contents.further([record.pk for record in records]) if contents.elsewhere else {}
    for record in records:
        lexemes = "" if getattr(record, "deleted_at", None) else _words(contents, record, further.get(record.pk, ""))
        if lexemes:
            stored.append((lowest + record.pk, lexemes))
        else:
            gone.append(lowest + record.pk)
    if len(stored) >= upkeep.MANY:
        upkeep.put_off_merging()
    _store(stored, is_new=is_new)
    if gone and not is_new:
        Entry.objects.filter(pk__in=gone).delete()


def _words(contents: Contents, record: Any, further: str) -> str:
    return contents.of(record, further) if further else indexes.learned(WORDS, record, contents.of)


def _columns(resource: Resource) -> indexes.Columns:
    return indexes.columns_behind(resource, contents_of(resource).paths)


indexes.register(index_records, reads=_columns)
indexes.learns(WORDS, lambda resource: contents_of(resource).of)


@definitions.name_rule
def told_apart(resource: Resource, name: str, kind: str) -> Any:
    """Fields that the index cannot tell apart would be found by each other's words, also where one is hidden."""
    if not is_searched(kind):
        return ""
    custom = CustomField.objects.filter(resource=resource.key).values_list("name", "kind")
    others = {*resource.search, *(other for other, its_kind in custom if is_searched(its_kind))}
    equal = next((one for one in sorted(others) if one != name and field_code(one) == field_code(name)), "")
    return fill(_("The search cannot tell this name from “%(name)s”."), {"name": equal}) if equal else ""


@kinds.kind_rule
def has_a_number(key: str) -> Any:
    """Two kinds of records with one number would be mixed up in the index: unlikely, and mended by another name."""
    others = [resource.key for resource in registry.declared()]
    others += CustomObject.objects.values_list("key", flat=True)
    equal = next((one for one in others if one != key and resource_number(one) == resource_number(key)), "")
    return fill(_("The search cannot tell this name from “%(name)s”."), {"name": equal}) if equal else ""


def is_searched(kind: str) -> bool:
    return kind in FIELDS and issubclass(FIELDS[kind], KEPT_WORDS)


def _store(rows: Rows, *, is_new: bool) -> None:
    store = _store_in_postgresql if connection.vendor == "postgresql" else _store_in_sqlite
    rows = sorted(rows)
    for start in range(0, len(rows), BATCH):
        store(rows[start : start + BATCH], is_new=is_new)


def _store_in_postgresql(rows: Rows, *, is_new: bool) -> None:
    columns: list[list[Any]] = [[pk for pk, _lexemes in rows], [as_tsvector(lexemes) for _pk, lexemes in rows]]
    if is_new:
        insert_columns(Entry._meta.db_table, ("id", "lexemes"), columns, using=connection.alias)
        return
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRESQL_AGAIN, columns)


def as_tsvector(lexemes: str) -> str:
    """Lexemes as PostgreSQL reads a tsvector: a colon would begin the places where a word stands."""
    return lexemes.replace(":", r"\:")


def _store_in_sqlite(rows: Rows, *, is_new: bool) -> None:
    """By their ids, a table at a time: FTS5 writes all that it holds to its file where an id is lower than the last,
    and at the end of each statement that does more than write one row of it (so there is no trigger for changes)."""
    present = {} if is_new else dict(Entry.objects.filter(pk__in=[pk for pk, _lexemes in rows]).values_list())
    new = [(pk, lexemes) for pk, lexemes in rows if pk not in present]
    changed = [(pk, lexemes) for pk, lexemes in rows if present.get(pk, lexemes) != lexemes]
    with connection.cursor() as cursor:
        if changed:
            cursor.executemany(_SQLITE_NOT_FOUND_BY, [(pk, present[pk]) for pk, _lexemes in changed])
            cursor.executemany(_SQLITE_FOUND_BY, changed)
            cursor.executemany(_SQLITE_AGAIN, [(lexemes, pk) for pk, lexemes in changed])
        if new:
            cursor.executemany(_SQLITE, new)
            cursor.executemany(_SQLITE_FOUND_BY, new)


def rebuild(resource: Resource, *, after: int = 0) -> Iterator[int]:
    """Index every record of a resource with an id above `after`, and forget those that are no more.

    Works in batches, each a transaction of its own that holds its rows, and gives the last id of each: begin again
    with that one to go on.
    """
    live = _live(resource)
    while True:
        with transaction.atomic():
            batch = list(live.filter(pk__gt=after).order_by("pk").select_for_update(of=("self",))[:BATCH])
            last = batch[-1].pk if batch else None
            _forget_others(resource, after, last, {record.pk for record in batch})
            index_records(resource, batch)
        if last is None:
            break
        after = last
        yield after
    upkeep.merge.call()


def _live(resource: Resource) -> QuerySet:
    rows = resource.model._default_manager.all()
    return rows.filter(deleted_at__isnull=True) if resource.has_trash else rows


def _forget_others(resource: Resource, after: int, last: int | None, present: set[int]) -> None:
    """Delete entries of ids in (after, last] whose records are in the trash or gone; to the end when last is None."""
    lowest = lowest_id(resource.key)
    highest = lowest + last if last is not None else highest_id(resource.key)
    entries = Entry.objects.filter(pk__gt=lowest + after, pk__lte=highest)
    gone = [pk for pk in entries.values_list("pk", flat=True).iterator() if pk - lowest not in present]
    for start in range(0, len(gone), BATCH):
        Entry.objects.filter(pk__in=gone[start : start + BATCH]).delete()
