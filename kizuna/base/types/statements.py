"""Statements in words that never change: PostgreSQL reads and plans each of them once for a connection.

Django writes the values into the words, so PostgreSQL plans every statement as one that it has never seen, which takes
it longer than the answer. Where the words stay as they are (`Ready`, one new row) the values go beside them, and what
was prepared is asked again by its name.

A pooler in between (PgBouncer) may hand each transaction to another session, which knows nothing of the name. It
greets with a number of its own, not with that of the session behind it: then statements are sent as Django does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from weakref import WeakSet

from django.db.backends.signals import connection_created

TIMES = 3
"""A statement is prepared when it is asked for the time after these: what is asked once is not worth it."""

_direct: WeakSet[Any] = WeakSet()
"""Connections of psycopg that lead to one session for as long as they last."""


@contextmanager
def unchanging(connection: Any) -> Iterator[Any]:
    """A cursor for statements whose words are the same each time, with all values beside them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and connection.connection in _direct:
            cursor.cursor = _preparing()(connection.connection)
        yield cursor


@cache
def _preparing() -> Any:
    """The kind of cursor that prepares; psycopg is there only where PostgreSQL is used."""
    from django.db.backends.postgresql.base import ServerBindingCursor

    kind: Any = ServerBindingCursor

    class Preparing(kind):
        """Statements of all other cursors are not counted: they differ each time, and would push these out."""

        def execute(self, *given: Any, **options: Any) -> Any:
            self.connection.prepare_threshold = TIMES
            try:
                return super().execute(*given, **options)
            finally:
                self.connection.prepare_threshold = None

        def _send_query_prepared(self, name: bytes, pgq: Any, **options: Any) -> None:
            """psycopg notes what it asks only where it sends the words; Django reads that for its log of queries."""
            self._query = pgq
            super()._send_query_prepared(name, pgq, **options)

    return Preparing


def meet(connection: Any, **_options: Any) -> None:
    """Once for each new connection: who greeted, and who answers?"""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            if cursor.fetchone()[0] == connection.connection.info.backend_pid:
                _direct.add(connection.connection)


connection_created.connect(meet)
