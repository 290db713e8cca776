"""Questions that are put together once and asked again with other values.

Django puts the SQL of a query together anew each time, which takes longer than a database takes to answer a small one.
That is the price of questions that differ, by the rights of a reader or by what a page shows (ADR 40 and 50). What is
asked in the same words with every request need not pay it:

    _BY_DIGEST = Ready(lambda: Token.objects.select_related("user").filter(digest=Given("digest")))
    _BY_DIGEST.ask(digest=…)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from copy import copy
from typing import Any, NamedTuple

from django.db import connections, models, router

from kizuna.base.types.statements import unchanging


class Given(models.Expression):
    """The place of a value that comes with each asking, written as the database takes it: a number or a text."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def written(self, value: Any, connection: Any) -> Any:
        return value


class GivenIds(Given):
    """The place of any number of ids, as in `pk__in`."""

    kind = "bigint"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        listed = f"unnest(%s::{self.kind}[])" if connection.vendor == "postgresql" else "value FROM json_each(%s)"
        return f"(SELECT {listed})", [self]

    def written(self, value: Collection[Any], connection: Any) -> Any:
        return list(value) if connection.vendor == "postgresql" else json.dumps(list(value))


class GivenTexts(GivenIds):
    """The place of any number of texts."""

    kind = "text"


class _Question(NamedTuple):
    """A queryset as one database is asked it, and what reads the answers. All threads share it: nothing changes in it,
    and it holds no connection, which belongs to a thread."""

    queryset: Any
    compiler: Any
    sql: str
    values: tuple[Any, ...]


class Ready:
    """A queryset in which nothing changes but what is `Given`: neither with who asks (their rights, language or time
    zone) nor with the moment. It is put together once for each database, at the first asking."""

    def __init__(self, make: Callable[[], models.QuerySet]) -> None:
        self._make = make
        self._questions: dict[str, _Question] = {}
        self._model: type[models.Model] | None = None

    def ask(self, **given: Any) -> list[Any]:
        """What the queryset holds with these values."""
        if self._model is None:
            self._model = self._make().model
        using = router.db_for_read(self._model)
        question = self._questions.get(using)
        if question is None:
            question = self._questions[using] = _put_together(self._make().using(using))
        connection = connections[using]
        values = [
            value.written(given[value.name], connection) if isinstance(value, Given) else value
            for value in question.values
        ]
        return list(question.queryset._iterable_class(_asking(question, connection, values)))


def _put_together(queryset: Any) -> _Question:
    if queryset._prefetch_related_lookups or queryset.query.select_for_update:
        raise TypeError("What a Ready asks is one statement that holds nothing: no prefetching, no locks.")
    compiler = queryset.query.get_compiler(queryset.db)
    sql, values = compiler.as_sql()
    compiler.connection = None
    return _Question(queryset, compiler, sql, values)


def _asking(question: _Question, connection: Any, values: list[Any]) -> Any:
    """The queryset as its rows are read from it, with a compiler that has its words already."""
    compiler, query = copy(question.compiler), copy(question.queryset.query)
    compiler.connection = connection
    compiler.execute_sql = lambda *_given, **_told: [_answers(question, connection, values)]
    query.get_compiler = lambda *_given, **_told: compiler
    asking = object.__new__(type(question.queryset))
    asking.__dict__ = question.queryset.__dict__ | {"_query": query}
    return asking


def _answers(question: _Question, connection: Any, values: list[Any]) -> list[Any]:
    """The rows as the database gives them, without columns that serve nothing but the order."""
    with unchanging(connection) as cursor:
        cursor.execute(question.sql, values)
        rows = cursor.fetchall()
    if not question.compiler.has_extra_select:
        return rows
    return [row[: question.compiler.col_count] for row in rows]
