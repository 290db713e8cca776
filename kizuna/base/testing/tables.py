"""Tables of models that only a room's tests have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models


def create_tables(found: Sequence[type[models.Model]]) -> None:
    """Create the tables, without foreign keys in the database: PostgreSQL refuses to empty a table of the product to
    which a table that Django's flush does not know refers."""
    with connection.schema_editor() as editor:
        for model in found:
            for column in model._meta.local_concrete_fields:
                reference: Any = column
                if column.remote_field:
                    reference.db_constraint = False
            editor.create_model(model)


def drop_tables(found: Sequence[type[models.Model]]) -> None:
    with connection.schema_editor() as editor:
        for model in reversed(found):
            editor.delete_model(model)
