"""Reads across tasks, meetings and people."""

from kizuna.customers.timeline.queries.agenda import (
    due_next,
    due_today,
    has_feed,
    is_last_of_series,
    late,
    meetings_on,
    of_person,
)
from kizuna.customers.timeline.queries.availability import Busy, busy, next_free

__all__ = [
    "Busy",
    "busy",
    "due_next",
    "due_today",
    "has_feed",
    "is_last_of_series",
    "late",
    "meetings_on",
    "next_free",
    "of_person",
]
