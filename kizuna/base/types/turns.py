"""Work that waits for its turn: what must not be done twice at once, whatever rows it touches."""

from __future__ import annotations

from django.db import connection


def wait_for_turn(name: str) -> None:
    """From here to the end of the transaction nobody else does what has this name. SQLite has one writer: whoever is in
    a transaction that writes has their turn."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])
