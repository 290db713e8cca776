"""Reads across tasks, meetings and people."""

from kizuna.customers.timeline.queries.agenda import (
    asked_as,
    due_next,
    due_today,
    has_feed,
    is_last_of_series,
    late,
    meetings_on,
    of_person,
)
from kizuna.customers.timeline.queries.availability import Busy, Times, busy, colleagues_at, next_free
from kizuna.customers.timeline.queries.touches import (
    MOST_OF_MONTH,
    REACH,
    facts_about,
    figures,
    strength,
    with_company,
    with_household,
)

__all__ = [
    "MOST_OF_MONTH",
    "REACH",
    "Busy",
    "Times",
    "asked_as",
    "busy",
    "colleagues_at",
    "due_next",
    "due_today",
    "facts_about",
    "figures",
    "has_feed",
    "is_last_of_series",
    "late",
    "meetings_on",
    "next_free",
    "of_person",
    "strength",
    "with_company",
    "with_household",
]
