"""A statement that is stopped when it takes too long: somebody waits for it, and others for the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from django.db import OperationalError, connections, transaction
from django.utils.translation import gettext_lazy as _

from kizuna.base.types.errors import Refused

STEPS = 20_000
"""SQLite is asked after so many of its instructions whether time is up."""


class TooLong(Refused):
    """The answer would take longer than anybody shall wait for it."""


@contextmanager
def at_most(seconds: float, using: str) -> Iterator[None]:
    """Reads within are stopped after so many seconds each. Raises TooLong."""
    connection = connections[using]
    try:
        with transaction.atomic(using=using), _limited(connection, seconds):
            yield
    except OperationalError as error:
        if not _is_stopped(error):
            raise
        raise TooLong(
            _("This takes too long to add up. Narrow the list with a filter, or group it otherwise.")
        ) from error


@contextmanager
def _limited(connection: Any, seconds: float) -> Iterator[None]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(int(seconds * 1000))])
            yield
            cursor.execute("SELECT set_config('statement_timeout', '0', true)")
        return
    connection.ensure_connection()
    until = monotonic() + seconds
    connection.connection.set_progress_handler(lambda: monotonic() > until, STEPS)
    try:
        yield
    finally:
        connection.connection.set_progress_handler(None, 0)


def _is_stopped(error: OperationalError) -> bool:
    words = str(error)
    return "interrupted" in words or "statement timeout" in words
