"""Tables of models that only a room's tests have, beside those of the product in a process's test database.

They stay until that database is thrown away. Whoever gives the process another one (`renew` in `tests/database.py`)
makes them again there: a test may be taken over by a process that has run tests of any kind before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

_made: list[type[models.Model]] = []


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
    _made.extend(found)


def create_again() -> None:
    """Create in a new database what there was in the last one."""
    made = _made[:]
    _made.clear()
    create_tables(made)
