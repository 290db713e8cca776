"""Many rows to the database and back: COPY on PostgreSQL, a hundred in each statement on SQLite.

The ORM's way is several times as slow, and an import has microseconds for a row. What these functions write is what
`bulk_create` and `bulk_update` would write. They check nothing and tell nobody: services do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache, lru_cache
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, TypeVar

import msgspec
from django.db import connections, models, router
from django.db.models.base import ModelState

from kizuna.base.resources.models import Key
from kizuna.base.types import rows, trigrams
from kizuna.base.types.columns import FoldedNamesField, ReadableEncoder, TagsField
from kizuna.base.types.tags import normalise_tags

STATEMENT_ROWS = 1000
FEW_KINDS = 8
UPDATED_AT_ONCE = 100
INSERTED_AT_ONCE = 500
"""PostgreSQL may be storing these while the values of the next ones are put together (`rows.unhurried`)."""
Column = list[Any]
Write = Callable[[Any], Any]
Instance = TypeVar("Instance", bound=models.Model)
_NOTHING: Mapping[str, Any] = {}


def blank(model: type[Instance], columns: Mapping[str, Any] = _NOTHING) -> Instance:
    """A new record with these columns and the defaults of all others: what `model()` makes, for a tenth of the
    price."""
    plain, made = _defaults(model)
    record = object.__new__(model)
    values = record.__dict__
    values.update(plain)
    values.update(columns)
    for name, make in made:
        if name not in columns:
            values[name] = make()
    record._state = ModelState()
    return record


@cache
def _defaults(model: type[models.Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """Values that may be shared, and those that every record needs for itself, by attribute."""
    plain, made = {}, []
    for column in model._meta.concrete_fields:
        if column.has_default() and callable(column.default):
            made.append((column.attname, column.default))
        else:
            plain[column.attname] = column.get_default()
    return plain, made


def insert(model: type[models.Model], records: Sequence[models.Model]) -> None:
    """Store new records; those without an id get one. They count as stored afterwards."""
    if not records:
        return
    using = router.db_for_write(model)
    number = [record for record in records if record.pk is None]
    if any(column.name == "sort_key" for column in model._meta.concrete_fields):
        # Neighbours in the list become neighbours in its indexes, which saves most of the work of keeping them.
        records = sorted(records, key=attrgetter("sort_key"))
        number.sort(key=attrgetter("sort_key"))
    for record, pk in zip(number, allocate(model, len(number)), strict=True):
        record.pk = pk
    columns = model._meta.concrete_fields
    if all(_writes_simply(column) for column in columns):
        names = [str(column.column) for column in columns]
        for start in range(0, len(records), INSERTED_AT_ONCE):
            insert_columns(model, names, values_of(columns, records[start : start + INSERTED_AT_ONCE]))
    else:
        model._default_manager.using(using).bulk_create(records, batch_size=STATEMENT_ROWS)
    for record in records:
        record._state.adding, record._state.db = False, using


def insert_columns(model: type[models.Model], names: Sequence[str], columns: Sequence[Column]) -> None:
    """Store rows given column by column, as values that the database takes; `names` are those of the table."""
    rows.insert_columns(model._meta.db_table, names, columns, using=router.db_for_write(model))


def update(model: type[models.Model], records: Sequence[models.Model], names: Collection[str]) -> None:
    """Write the columns `names` (attributes) of stored records back, each row with its own values."""
    if not records or not names:
        return
    using = router.db_for_write(model)
    columns = [column for column in model._meta.concrete_fields if column.attname in names]
    if not all(_writes_simply(column) for column in columns):
        fields = [column.name for column in columns]
        model._default_manager.using(using).bulk_update(records, fields, batch_size=200)
        return
    values = values_of([*columns, model._meta.pk], records)
    alike = _alike(values)
    if alike:
        _update_alike(model, columns, alike, using)
    elif connections[using].vendor == "postgresql" and len(records) > UPDATED_AT_ONCE:
        _update_from_copy(model, columns, values, using)
    else:
        _update_each(model, columns, values, using)


def _alike(values: Sequence[Column]) -> dict[tuple[Any, ...], list[int]]:
    """Ids by what they get, where that is the same for most of them, as in a bulk edit; else nothing."""
    found: dict[tuple[Any, ...], list[int]] = {}
    for *given, pk in zip(*values, strict=True):
        found.setdefault(tuple(given), []).append(pk)
        if len(found) > FEW_KINDS:
            return {}
    return found if len(values[0]) > FEW_KINDS * len(found) else {}


def _update_alike(
    model: type[models.Model], columns: Sequence[models.Field], alike: dict[tuple[Any, ...], list[int]], using: str
) -> None:
    """One statement for all records that get the same values."""
    connection = connections[using]
    quote = connection.ops.quote_name
    changes = ", ".join(f"{quote(str(column.column))} = %s" for column in columns)
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    with connection.cursor() as cursor:
        for given, ids in alike.items():
            marks = ", ".join(["%s"] * len(ids))
            cursor.execute(f"UPDATE {table} SET {changes} WHERE {key} IN ({marks})", [*given, *ids])  # noqa: S608


def _update_each(
    model: type[models.Model], columns: Sequence[models.Field], values: Sequence[Column], using: str
) -> None:
    """A hundred rows in each statement: one for each is several times as slow, most of all inside savepoints, where
    SQLite keeps a journal for every statement. PostgreSQL is told the types in the first row."""
    connection = connections[using]
    quote = connection.ops.quote_name
    changes = ", ".join(f"{quote(str(column.column))} = given.value_{place}" for place, column in enumerate(columns))
    names = ", ".join([*(f"value_{place}" for place in range(len(columns))), "key"])
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    row = f"({', '.join(['%s'] * len(values))})"
    first = f"({', '.join(_typed_marks([*columns, model._meta.pk], connection))})"
    every = list(zip(*values, strict=True))
    with connection.cursor() as cursor:
        for start in range(0, len(every), UPDATED_AT_ONCE):
            some = every[start : start + UPDATED_AT_ONCE]
            given = f"WITH given ({names}) AS (VALUES {', '.join([first, *[row] * (len(some) - 1)])})"
            statement = f"{given} UPDATE {table} SET {changes} FROM given WHERE {table}.{key} = given.key"  # noqa: S608
            cursor.execute(statement, [value for one in some for value in one])


def _typed_marks(columns: Sequence[models.Field], connection: Any) -> list[str]:
    """Without lengths: a cast to varchar(80) would cut in silence what is too long."""
    if connection.vendor != "postgresql":
        return ["%s"] * len(columns)
    return [f"%s::{(column.cast_db_type(connection) or 'text').partition('(')[0]}" for column in columns]


def _update_from_copy(
    model: type[models.Model], columns: Sequence[models.Field], values: Sequence[Column], using: str
) -> None:
    """More than a hundred: one COPY into a table of the transaction, one UPDATE from it."""
    connection = connections[using]
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    names = [quote(str(column.column)) for column in columns]
    taken = ", ".join([*names, key])
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE bulk_changes AS SELECT {taken} FROM {table} LIMIT 0")  # noqa: S608
        rows.copy(cursor, f"bulk_changes ({taken})", values)
        changes = ", ".join(f"{name} = bulk_changes.{name}" for name in names)
        cursor.execute(f"UPDATE {table} SET {changes} FROM bulk_changes WHERE {table}.{key} = bulk_changes.{key}")  # noqa: S608
        cursor.execute("DROP TABLE bulk_changes")


def allocate(model: type[models.Model], count: int) -> Sequence[int]:
    """Ids for `count` new rows, in order. Belongs into the transaction that stores them."""
    connection = connections[router.db_for_write(model)]
    if not count:
        return ()
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_NUMBERS, [connection.ops.quote_name(table), model._meta.pk.column, count])
            return [pk for (pk,) in cursor.fetchall()]
        # AUTOINCREMENT remembers the highest id ever given; a write transaction of SQLite has no rival.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()
    first = last[0] + 1 if last else 1
    return range(first, first + count)


_NUMBERS = (
    "WITH the AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, %s)::regclass AS sequence)"  # looked up once
    " SELECT nextval(the.sequence) FROM the, generate_series(1, %s)"
)


class Holder(NamedTuple):
    """A record that has a key; or that stands for one that had it when it was merged: then `former` is that one."""

    kind: str
    key: str
    record_id: int
    former: int | None


def records_having(resource: str, pairs: Collection[tuple[str, str]]) -> list[tuple[str, str, int]]:
    """(kind, key, record id) of every record of a resource with one of these (kind, key) pairs, the oldest first. A key
    that no record has any more means the one that stands for who had it."""
    found = holders(resource, pairs)
    held = {one[:2] for one in found if one.former is None}
    return list(dict.fromkeys(one[:3] for one in found if one.former is None or one[:2] not in held))


def holders(resource: str, pairs: Collection[tuple[str, str]]) -> list[Holder]:
    """Who has one of these (kind, key) pairs, and who stands for somebody that had it; the oldest first."""
    if not pairs:
        return []
    connection = connections[router.db_for_read(Key)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            asked: list[Any] = [list(column) for column in zip(*pairs, strict=True)]
            cursor.execute(_HAVING_POSTGRESQL, [*asked, resource])
        else:
            cursor.execute(_HAVING_SQLITE, [_encode(list(pairs)), resource])
        return sorted(map(Holder._make, cursor.fetchall()), key=itemgetter(2))


def records_holding(
    model: type[models.Model],
    columns: Sequence[str],
    wanted: Collection[tuple[str, ...]],
    *,
    without: tuple[str, Sequence[str]] = ("", ()),
) -> list[int]:
    """Ids of the records, not in the trash, whose text columns hold one of these tuples: one seek for each.

    `without` is a resource and kinds of keys: leave out the records that have one of these.
    """
    if not wanted:
        return []
    connection = connections[router.db_for_read(model)]
    quote = connection.ops.quote_name
    known = {column.name: str(column.column) for column in model._meta.concrete_fields}
    names = [quote(known[column]) for column in columns]
    given = [f"given{place}" for place in range(len(names))]
    if connection.vendor == "postgresql":
        asked = f"unnest({', '.join(['%s::text[]'] * len(names))}) AS asked ({', '.join(given)})"
        values: list[Any] = [list(column) for column in zip(*wanted, strict=True)]
    else:
        found = ", ".join(f"value ->> {place} AS {name}" for place, name in enumerate(given))
        asked, values = f"(SELECT {found} FROM json_each(%s)) AS asked", [_encode(list(wanted))]  # noqa: S608
    tests = [f"found.{name} = asked.{one}" for name, one in zip(names, given, strict=True)]
    if hasattr(model, "deleted_at"):
        tests.append("found.deleted_at IS NULL")
    key = quote(str(model._meta.pk.column))
    resource, kinds = without
    if kinds:
        tests.append(_WITHOUT.format(key=key, kinds=", ".join(["%s"] * len(kinds))))
        values += [resource, *kinds]
    table, narrowed = quote(model._meta.db_table), f"WHERE {' AND '.join(tests)}"
    if connection.vendor == "postgresql":
        joined = f"LATERAL (SELECT {key} FROM {table} AS found {narrowed} OFFSET 0) AS found"  # noqa: S608
    else:
        joined = f"{table} AS found {narrowed}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT found.{key} FROM {asked} CROSS JOIN {joined}", values)  # noqa: S608
        return [pk for (pk,) in cursor.fetchall()]


_WITHOUT = (
    "NOT EXISTS (SELECT 1 FROM resources_key AS other"
    " WHERE other.resource = %s AND other.record_id = found.{key} AND other.kind IN ({kinds}))"
)
_HAVING = (
    "SELECT found.kind, found.key, COALESCE(merged.into_id, found.record_id),"
    " CASE WHEN merged.into_id IS NOT NULL THEN found.record_id END"
    " FROM {source}"
    " LEFT JOIN resources_redirect AS merged"
    " ON merged.resource = found.resource AND merged.record_id = found.record_id"
)
# Here and in `records_holding` both databases are told to seek each of the few that are asked for: SQLite by CROSS
# JOIN, PostgreSQL by OFFSET 0. Without statistics, as in the first import into an empty base, it would read all keys.
_HAVING_POSTGRESQL = _HAVING.format(
    source="unnest(%s::text[], %s::text[]) AS asked (kind, key) CROSS JOIN LATERAL"
    " (SELECT * FROM resources_key WHERE resource = %s AND kind = asked.kind AND key = asked.key OFFSET 0) AS found"
)
_HAVING_SQLITE = _HAVING.format(
    source="(SELECT value ->> 0 AS kind, value ->> 1 AS key FROM json_each(%s)) AS asked CROSS JOIN"
    " resources_key AS found ON found.resource = %s AND found.kind = asked.kind AND found.key = asked.key"
)


# How values are written ---------------------------------------------------------------------------------------------

_AS_THEY_ARE = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey)


def _encode(value: Any) -> str:
    """JSON with readable letters, as `ReadableEncoder` makes it but without spaces, at a tenth of the price."""
    return msgspec.json.encode(value).decode()


def _writes_simply(column: models.Field) -> bool:
    return isinstance(
        column, (*_AS_THEY_ARE, models.JSONField, models.DateField, models.DecimalField, models.GenericIPAddressField)
    )


def values_of(columns: Sequence[models.Field], records: Sequence[models.Model]) -> list[Column]:
    """The values of records as the database takes them, column by column: most need no change."""
    using = router.db_for_write(type(records[0]))
    read = itemgetter(*(column.attname for column in columns))
    found = [list(values) for values in zip(*(read(record.__dict__) for record in records), strict=True)]
    for place, column in enumerate(columns):
        write = _writer_of(column, using)
        if write is not None:
            found[place] = _written(write, found[place])
    return found


def _written(write: Write, values: Column) -> Column:
    """Lists and dictionaries are empty in most columns of a batch."""
    first = values[0]
    if isinstance(first, list | dict) and not first and values.count(first) == len(values):
        return [write(first)] * len(values)
    return list(map(write, values))


def _writer_of(column: models.Field, using: str) -> Write | None:
    """How values of a column are written; None for those that the database takes as they are."""
    connection = connections[using]
    if isinstance(column, TagsField):
        return _write_tags
    if isinstance(column, FoldedNamesField):
        return trigrams.doubled
    if isinstance(column, models.JSONField):
        return _json_writer(column)
    if isinstance(column, models.DecimalField):
        digits, places = column.max_digits, column.decimal_places
        return lambda value: None if value is None else connection.ops.adapt_decimalfield_value(value, digits, places)
    if connection.vendor == "postgresql" or not isinstance(column, models.DateField):
        return None
    if isinstance(column, models.DateTimeField):
        return lru_cache(maxsize=1000)(connection.ops.adapt_datetimefield_value)  # a batch has one moment
    return lambda value: None if value is None else value.isoformat()


def _json_writer(column: models.JSONField) -> Write:
    encode = _encode if column.encoder in (None, ReadableEncoder) else column.encoder().encode
    nothing = None if column.null else encode(None)

    def write(value: Any) -> Any:
        return "[]" if value == [] else nothing if value is None else encode(value)

    return write


def _write_tags(value: Any) -> str:
    return _encode(normalise_tags(value)) if value else "[]"
