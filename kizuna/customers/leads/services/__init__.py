"""Verbs of leads: captured, rated, taken, answered, given up, converted."""

from kizuna.customers.leads.services.capturing import Captured, Said, capture_lead, welcome
from kizuna.customers.leads.services.clock import note_overdue, start_clock, warn_of_due
from kizuna.customers.leads.services.converting import mark_converted, mark_reverted, refuse_changes_of_converted
from kizuna.customers.leads.services.rating import rate, rate_open
from kizuna.customers.leads.services.telling import ENQUIRY, tell_timeline
from kizuna.customers.leads.services.working import answer_lead, disqualify_lead, reopen_lead, take_lead, take_next

__all__ = [
    "ENQUIRY",
    "Captured",
    "Said",
    "answer_lead",
    "capture_lead",
    "disqualify_lead",
    "mark_converted",
    "mark_reverted",
    "note_overdue",
    "rate",
    "rate_open",
    "refuse_changes_of_converted",
    "reopen_lead",
    "start_clock",
    "take_lead",
    "take_next",
    "tell_timeline",
    "warn_of_due",
    "welcome",
]
