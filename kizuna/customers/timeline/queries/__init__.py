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
from kizuna.customers.timeline.queries.availability import Busy, Times, busy, colleagues_at, next_free
from kizuna.customers.timeline.queries.touches import with_company, with_contact, with_household

__all__ = [
    "Busy",
    "Times",
    "busy",
    "colleagues_at",
    "due_next",
    "due_today",
    "has_feed",
    "is_last_of_series",
    "late",
    "meetings_on",
    "next_free",
    "of_person",
    "with_company",
    "with_contact",
    "with_household",
]
