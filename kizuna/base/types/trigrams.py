"""An index for "contains" on folded names: GIN over trigrams on PostgreSQL, FTS5 over trigrams on SQLite.

A trigram is three letters, and most Chinese, Japanese and Korean names are sought by two. So letters of these scripts
stand twice in the column (`doubled`): 田中 is 田田中中, which has two trigrams. Only `columns.FoldedNamesField` knows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.operations.base import Operation, OperationCategory

SHORTEST = 3
"""Letters in a trigram: shorter texts are sought without the index."""

_PAIRS = re.compile("([\u1100-\U0010ffff])\\1")
_ONE = itemgetter(1)
"""For `re.sub`, which puts a text together from a template anew for every match."""


class _Doubled(dict[int, str]):
    """For `str.translate`, which takes a tenth of the time of a regular expression: an import doubles every name."""

    def __missing__(self, code: int) -> str:
        letters = self[code] = chr(code) * 2 if code >= 0x1100 else chr(code)
        return letters


_TABLE = _Doubled()
_SQLITE = (
    "CREATE VIRTUAL TABLE {table}_folded USING fts5(folded_names, tokenize='trigram', columnsize=0)",
    "CREATE TRIGGER {table}_renamed AFTER UPDATE OF folded_names ON {table}"
    " WHEN old.folded_names <> new.folded_names BEGIN"
    " DELETE FROM {table}_folded WHERE rowid = old.id;"
    " INSERT INTO {table}_folded (rowid, folded_names) VALUES (new.id, new.folded_names);"
    " END",
    "CREATE TRIGGER {table}_removed AFTER DELETE ON {table} BEGIN DELETE FROM {table}_folded WHERE rowid = old.id; END",
    "INSERT INTO {table}_folded (rowid, folded_names) SELECT id, folded_names FROM {table}",
)
_UNDO_SQLITE = (
    "DROP TRIGGER IF EXISTS {table}_renamed",
    "DROP TRIGGER IF EXISTS {table}_removed",
    "DROP TABLE IF EXISTS {table}_folded",
)


def doubled(text: str) -> str:
    """`text` with each letter of a script that needs no spaces twice."""
    return text if text.isascii() else text.translate(_TABLE)


def single(text: str) -> str:
    """What `doubled` was made of."""
    return text if text.isascii() else _PAIRS.sub(_ONE, text)


def feed(model: type[models.Model], rows: Sequence[tuple[int, str]]) -> None:
    """Index new rows, each an id and its folded names. On PostgreSQL the database has done it already.

    There is no trigger for this on SQLite: it would make FTS5 write every row to its file on its own, at three times
    the cost. Changes and removals do have triggers. FTS5 keeps a copy of the names: with those of the table it would
    take the removal of a row that was never fed for a broken file.
    """
    if connection.vendor != "sqlite":
        return
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table}_folded (rowid, folded_names) VALUES (%s, %s)",  # noqa: S608 - a table of ours
            # By id: a lower one than the last makes FTS5 write all that it holds to its file.
            [(pk, doubled(names)) for pk, names in sorted(rows)],
        )


class IndexFoldedNames(Operation):
    """Makes the index that `FoldedNamesField(is_indexed=True)` promises, of the rows that are there.

    On PostgreSQL without the right to create the extension `pg_trgm` it is left out, and the column of every row is
    read. A migration that rebuilds the table on SQLite must undo this before and do it again afterwards.
    """

    reversible = True
    category = OperationCategory.ADDITION

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models know nothing of it."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        if schema_editor.connection.vendor == "sqlite":
            for statement in _SQLITE:
                schema_editor.execute(statement.format(table=table), params=None)
        elif schema_editor.connection.vendor == "postgresql" and _has_trigrams(schema_editor):
            schema_editor.execute(f"CREATE INDEX {table}_folded ON {table} USING gin (folded_names gin_trgm_ops)")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        undo = _UNDO_SQLITE if schema_editor.connection.vendor == "sqlite" else ("DROP INDEX IF EXISTS {table}_folded",)
        for statement in undo:
            schema_editor.execute(statement.format(table=table), params=None)

    def describe(self) -> str:
        return f"Index the folded names of {self.model_name}"


def _has_trigrams(schema_editor: Any) -> bool:
    """Whether the extension is there now; it is created where that is allowed."""
    connection = schema_editor.connection
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError:
        return False
    return True
