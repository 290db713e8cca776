"""Statements in words that never change: PostgreSQL reads and plans each of them once for a connection.

Django writes the values into the words, so PostgreSQL plans every statement as one that it has never seen, which takes
it longer than the answer. Where the words stay as they are (`Ready`, one new row) the values go beside them, and what
was prepared is asked again by its name.

A pooler in between (PgBouncer) may hand each transaction to another session, which knows nothing of the name. It
greets with a number of its own, not with that of the session behind it: then statements are sent as Django does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from itertools import count
from typing import Any
from weakref import WeakSet

from django.db.backends.signals import connection_created

TIMES = 3
"""A statement is prepared when it is asked for the time after these: what is asked once is not worth it."""

_PLACE = re.compile(r"%([s%])")

_direct: WeakSet[Any] = WeakSet()
"""Connections of psycopg that lead to one session for as long as they last."""


@contextmanager
def unchanging(connection: Any) -> Iterator[Any]:
    """A cursor for statements whose words are the same each time, with all values beside them."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    if connection.connection not in _direct:
        with connection.cursor() as cursor:
            yield cursor
        return
    connection.validate_thread_sharing()
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    yield wrap(_preparing()(connection.connection))


@lru_cache(maxsize=1000)
def _numbered(words: str) -> str:
    """A statement as PostgreSQL counts its values, $1 and $2. psycopg would look for their places each time where there
    are more than fifty of them, which takes it as long as all else that it does for a statement."""
    numbers = count(1)
    return _PLACE.sub(lambda found: f"${next(numbers)}" if found[1] == "s" else "%", words)


@cache
def _preparing() -> Any:
    """The kind of cursor that prepares; psycopg is there only where PostgreSQL is used."""
    from psycopg import RawCursor

    kind: Any = RawCursor

    class Preparing(kind):
        """Statements of all other cursors are not counted: they differ each time, and would push these out."""

        def execute(self, words: str, values: Any = None, **options: Any) -> Any:
            self.connection.prepare_threshold = TIMES
            try:
                return super().execute(_numbered(words), values or (), **options)
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
