"""What the database says when two changes wait for each other for ever, in words for whoever made the one it ended."""

from __future__ import annotations

from django.db import OperationalError

from kizuna.base.types.errors import Collided

STATES = ("40P01", "40001")
"""PostgreSQL found a deadlock, or could not put two transactions into an order. SQLite lets one write at a time."""


def collision(error: Exception) -> Collided | None:
    """The problem that an error of the database stands for, where another change at the same moment caused it."""
    state = getattr(error.__cause__, "sqlstate", None)
    return Collided() if isinstance(error, OperationalError) and state in STATES else None
