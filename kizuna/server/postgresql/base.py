"""A kept connection is looked at before it is used again: its socket, and only where it lay for long the database."""

from __future__ import annotations

import select
import time
from typing import Any

from django.db.backends.postgresql import base

TRUSTED_SECONDS = 1.0
"""For so long an answer of the database stands for the next request as well."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Django asks `SELECT 1` at each request, which costs as much as any small question. A database that was stopped or
    has ended the session says so by itself: there is something to read. One that vanished without a word is found by
    asking, as before, when nobody has asked for a second."""

    _answered_at = 0.0

    def is_usable(self) -> bool:
        if time.monotonic() - self._answered_at < TRUSTED_SECONDS and _is_silent(self.connection):
            return True
        found = super().is_usable()
        self._answered_at = time.monotonic() if found else 0.0
        return found

    def get_new_connection(self, conn_params: Any) -> Any:
        self._answered_at = 0.0
        return super().get_new_connection(conn_params)


def _is_silent(connection: Any) -> bool:
    """Whether nothing was said on a connection that is open; where that cannot be told, it is asked."""
    if connection.closed or not hasattr(select, "poll"):
        return False
    looking = select.poll()
    looking.register(connection.fileno(), select.POLLIN)
    return not looking.poll(0)
