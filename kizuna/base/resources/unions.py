"""Several short questions asked as one: each keeps its own way into an index, and all of them cost one round trip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, models


def each(questions: Sequence[models.QuerySet]) -> list[tuple[Any, ...]]:
    """The rows of every queryset, each behind the place of its queryset. All select as many plain columns, of the same
    types; values come as the database has them."""
    return _asked(questions, "part.*")


def counts(questions: Sequence[models.QuerySet]) -> list[int]:
    """How many rows every queryset has."""
    found: dict[int, int] = dict(_asked([rows.values_list("pk") for rows in questions], "COUNT(*)"))
    return [found.get(place, 0) for place in range(len(questions))]


def _asked(questions: Sequence[models.QuerySet], wanted: str) -> list[tuple[Any, ...]]:
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
        parts.append(f"SELECT {place}, {wanted} FROM ({sql}) AS part")  # noqa: S608 - SQL of Django's
        given += values
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), given)
        return list(cursor.fetchall())
