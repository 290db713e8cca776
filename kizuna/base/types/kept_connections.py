"""Whether a connection to PostgreSQL that was kept from the last request still stands, seen without asking it.

Django asks `SELECT 1` before the first statement of every request (`CONN_HEALTH_CHECKS`). A server that ended, or ended
the session, has said so by then: its goodbye waits in the socket. Only a connection that lay idle may be gone without a
word, taken down by a firewall on the way; such a one is asked.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connections
from django.http import HttpRequest, HttpResponseBase

IDLE_SECONDS = 20.0

_used: WeakKeyDictionary[Any, float] = WeakKeyDictionary()
"""When each connection of psycopg was last looked at, which was before it was used."""


def look(connection: Any) -> None:
    """Spare the connection its question where it was used just now and nothing waits to be read from it."""
    held, now = connection.connection, time.monotonic()
    if held is None or connection.vendor != "postgresql":
        return
    before = _used.get(held)
    _used[held] = now
    if before is not None and now - before < IDLE_SECONDS and not held.closed and _is_quiet(held):
        connection.health_check_done = True


def _is_quiet(held: Any) -> bool:
    poll = select.poll()
    poll.register(held.pgconn.socket, select.POLLIN)
    return not poll.poll(0)


def looking(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware before all that asks: Django has closed by then what is too old, and means to ask the rest."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        for connection in connections.all(initialized_only=True):
            look(connection)
        return get_response(request)

    return answer
