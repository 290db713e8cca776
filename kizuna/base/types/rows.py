"""New rows: one with a statement that is put together once per table, many by COPY or a hundred per statement."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import date, time
from decimal import Decimal
from functools import cache, lru_cache
from ipaddress import IPv4Address, IPv6Address
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connections, models, router

from kizuna.base.types.statements import unchanging

AT_ONCE = 100
"""Rows of one statement on SQLite: up to half the work of a statement for each in narrow tables. Not for FTS5, which
writes everything it holds to its file at the end of a statement with several rows."""
FEW = 10
"""Rows that PostgreSQL is told in a statement: COPY takes one question and answer more."""

Column = Sequence[Any]


def insert(row: models.Model) -> None:
    """Store `row`, new and complete, and set its id; for the tables that every write of a record goes to.

    `save` puts the statement together anew each time, which takes twice as long as the database does. No signals are
    sent, and values are taken as they are: defaults of the database do not apply.
    """
    model = type(row)
    using = router.db_for_write(model, instance=row)
    connection = connections[using]
    statement, columns = _statement(model)
    values = [column.get_db_prep_save(column.pre_save(row, add=True), connection) for column in columns]
    if connection.vendor == "postgresql":
        values = _untyped(values)
    with unchanging(connection) as cursor:
        cursor.execute(statement, values)
        row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, using


_SPELT = (int, float, Decimal, date, time, UUID, IPv4Address, IPv6Address)


def _untyped(values: Sequence[Any]) -> list[Any]:
    """Values that PostgreSQL reads by the columns they go to, as it does with COPY. With types of their own, which come
    and go with the values and change with the digits of a number, the same words would be planned for each mixture."""
    return [str(value) if isinstance(value, _SPELT) else value for value in values]


@cache
def _statement(model: type[models.Model]) -> tuple[str, list[models.Field]]:
    """INSERT for all columns but the id, which the database gives out."""
    quote = connections[router.db_for_write(model)].ops.quote_name  # the same on SQLite and PostgreSQL
    columns = [column for column in model._meta.concrete_fields if not column.primary_key]
    names = ", ".join(quote(str(column.column)) for column in columns)
    marks = ", ".join(["%s"] * len(columns))
    target, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    return f"INSERT INTO {target} ({names}) VALUES ({marks}) RETURNING {key}", columns  # noqa: S608 - names of the model


def insert_columns(table: str, names: Sequence[str], columns: Sequence[Column], *, using: str) -> None:
    """Store rows given column by column, as values that the database takes."""
    if not columns or not columns[0]:
        return
    connection = connections[using]
    quote = connection.ops.quote_name
    target = f"{quote(table)} ({', '.join(map(quote, names))})"
    if connection.vendor == "postgresql" and len(columns[0]) > FEW:
        with connection.cursor() as cursor:
            copy(cursor, target, columns)
        return
    rows = list(zip(*columns, strict=True))
    if connection.vendor == "sqlite" and len(rows) >= AT_ONCE:
        rows = _insert_hundreds(connection, target, rows)
    with unchanging(connection) as cursor:
        for start in range(0, len(rows), FEW):
            some = rows[start : start + FEW]
            values = list(chain.from_iterable(some))
            if connection.vendor == "postgresql":
                values = _untyped(values)
            cursor.execute(_insertion(target, len(columns), len(some), "%s"), values)


def _insert_hundreds(connection: Any, target: str, rows: list[Any]) -> list[Any]:
    """Store all rows but the last few, which are given back.

    Without a cursor of Django's, which looks for marks in every statement anew.
    """
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    many = len(rows) - len(rows) % AT_ONCE
    statement = _insertion(target, len(rows[0]), AT_ONCE, "?")
    with connection.wrap_database_errors:
        for start in range(0, many, AT_ONCE):
            connection.connection.execute(statement, list(chain.from_iterable(rows[start : start + AT_ONCE])))
    return rows[many:]


@lru_cache(maxsize=500)
def _insertion(target: str, width: int, count: int, mark: str) -> str:
    row = f"({', '.join([mark] * width)})"
    return f"INSERT INTO {target} VALUES {', '.join([row] * count)}"  # noqa: S608 - names of the model


# COPY ---------------------------------------------------------------------------------------------------------------

_TROUBLE = re.compile(r"[\\\n\r\t]")
_NULL = "\\N"


def copy(cursor: Any, target: str, columns: Sequence[Column]) -> None:
    """Write rows into a table of PostgreSQL, `target` being its name and those of its columns."""
    lines = "".join([f"{line}\n" for line in map("\t".join, zip(*map(_written, columns), strict=True))]).encode()
    around = next((one for one in cursor.db.execute_wrappers if isinstance(one, _Unhurried)), None)
    found = around or _Unhurried(cursor.db)
    try:
        found.copy(cursor, target, lines)
    finally:
        if around is None:
            found.end()


@contextmanager
def unhurried(using: str) -> Iterator[None]:
    """Inside the block PostgreSQL stores what it was given by COPY while Python goes on: it is waited for before
    anything else is said to the database, and that is where an error is raised that it meets. Belongs right inside the
    transaction, which must not end before."""
    connection = connections[using]
    wait = _Unhurried(connection)
    with connection.execute_wrapper(wait):
        try:
            yield
        except BaseException:
            with suppress(DatabaseError):
                wait.end()
            raise
        wait.end()


class _Unhurried:
    """Ends the COPY that is under way on a connection before the next statement."""

    def __init__(self, connection: Any) -> None:
        self._connection, self._under_way = connection, ExitStack()

    def copy(self, cursor: Any, target: str, lines: bytes) -> None:
        self.end()
        with self._connection.wrap_database_errors:
            self._under_way.enter_context(cursor.copy(f"COPY {target} FROM STDIN")).write(lines)

    def end(self) -> None:
        with self._connection.wrap_database_errors:
            self._under_way.close()

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.end()
        return execute(sql, params, many, context)


def _written(column: Column) -> list[str]:
    """The values of a column as COPY reads them. Most columns of a batch hold one value, or nothing to escape."""
    first = column[0]
    if column.count(first) == len(column):
        return [_value(first)] * len(column)
    written = [value if type(value) is str else _NULL if value is None else str(value) for value in column]
    if _TROUBLE.search("".join(written)):
        return [_value(value) for value in column]
    return written


def _value(value: Any) -> str:
    """Letter by letter, as `str.translate` goes through what is not ASCII, takes twenty times as long."""
    if value is None:
        return _NULL
    return str(value).replace("\\", r"\\").replace("\n", r"\n").replace("\r", r"\r").replace("\t", r"\t")
