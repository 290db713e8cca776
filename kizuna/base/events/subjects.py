"""Which records an event touched, written fast: one event may touch a hundred thousand."""

import json
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any, NamedTuple

from django.db import connections

from kizuna.base.events.models import Subject
from kizuna.base.events.plain import to_json

FEW = 200
BATCH = 10_000


class Change(NamedTuple):
    """A field's value before and after; stored as a pair."""

    before: Any
    after: Any


class Touched(NamedTuple):
    """A record an event touched, as a plain value: for bulk work, where a model instance per record costs too much."""

    resource: str
    record_id: int
    changes: dict[str, Change] | None = None


def write_subjects(event_id: int, touched: Iterable[Subject | Touched], *, using: str) -> None:
    """Store the subjects of an event.

    Measured with 100,000 on two cores: `bulk_create` takes 3.1 s on SQLite and 2.5 s on PostgreSQL, the ways below
    0.4 s on both.
    """
    rows = (
        (event_id, one.resource, one.record_id, None if one.changes is None else to_json(one.changes))
        for one in touched
    )
    first = list(islice(rows, FEW + 1))
    if len(first) > FEW and connections[using].vendor == "postgresql":
        _copy(chain(first, rows), using)
    else:
        _execute_many(chain(first, rows), using)


Row = tuple[int, str, int, Any]


def _copy(rows: Iterable[Row], using: str) -> None:
    with connections[using].cursor() as cursor, cursor.copy(f"COPY {_columns(using)} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(_dumped(row))


def _execute_many(rows: Iterator[Row], using: str) -> None:
    statement = f"INSERT INTO {_columns(using)} VALUES (%s, %s, %s, %s)"  # noqa: S608 - names from the model
    with connections[using].cursor() as cursor:
        while batch := [_dumped(row) for row in islice(rows, BATCH)]:
            cursor.executemany(statement, batch)


def _columns(using: str) -> str:
    quote = connections[using].ops.quote_name
    columns = ", ".join(quote(name) for name in ("event_id", "resource", "record_id", "changes"))
    return f"{quote(Subject._meta.db_table)} ({columns})"


def _dumped(row: Row) -> tuple[int, str, int, str | None]:
    event_id, resource, record_id, changes = row
    return event_id, resource, record_id, None if changes is None else json.dumps(changes, ensure_ascii=False)
