"""An index for "contains" on folded names, where the database has one."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError, transaction
from django.db.migrations.operations.base import Operation, OperationCategory


class IndexFoldedNames(Operation):
    """What answers "contains" on a model's `folded_names` without reading its rows.

    On PostgreSQL a trigram index; without the right to create the extension `pg_trgm` it is left out, and the column of
    every row is read. On SQLite an index that holds the names in the order of the list: all of it may have to be read,
    which is thirty times quicker than the rows. A migration that rebuilds the table on SQLite must make it again.
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
            columns = "(sort_key, id, folded_names) WHERE deleted_at IS NULL"
            schema_editor.execute(f"CREATE INDEX {table}_folded ON {table} {columns}")
        elif schema_editor.connection.vendor == "postgresql" and _has_trigrams(schema_editor):
            schema_editor.execute(f"CREATE INDEX {table}_folded ON {table} USING gin (folded_names gin_trgm_ops)")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        schema_editor.execute(f"DROP INDEX IF EXISTS {table}_folded")

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
