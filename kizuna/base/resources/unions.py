"""Several short questions asked as one: each keeps its own way into an index, and all of them cost one round trip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, models


def each(questions: Sequence[models.QuerySet]) -> list[tuple[Any, ...]]:
    """The rows of every queryset, each behind the place of its queryset. All select as many plain columns, of the same
    types; values come as the database has them."""
    if not questions:
        return []
    connection = connections[questions[0].db]
    parts: list[str] = []
    given: list[Any] = []
    for place, rows in enumerate(questions):
        try:
            sql, values = rows.query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            continue  # whoever may see none of them
        parts.append(f"SELECT {place}, part{place}.* FROM ({sql}) AS part{place}")  # noqa: S608 - SQL of Django's
        given += values
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), given)
        return list(cursor.fetchall())
