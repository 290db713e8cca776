"""Reads: who a lead is, which leads wait, how they are scored, what they said about being contacted."""

from kizuna.customers.leads.queries.identity import Known, known_as, open_lead_of
from kizuna.customers.leads.queries.rating import Rating, grade_of, ratings
from kizuna.customers.leads.queries.saying import said_by
from kizuna.customers.leads.queries.waiting import Promise, leaders_of, queue, still_waiting, target_of

__all__ = [
    "Known",
    "Promise",
    "Rating",
    "grade_of",
    "known_as",
    "leaders_of",
    "open_lead_of",
    "queue",
    "ratings",
    "said_by",
    "still_waiting",
    "target_of",
]
