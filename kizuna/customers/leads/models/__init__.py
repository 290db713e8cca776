"""Leads, what they and we said, by which rules they are scored, and when they are to be answered."""

from kizuna.customers.leads.models.asking import CaptureLock, LeadConsent, LeadTouch
from kizuna.customers.leads.models.leads import Grade, Lead, Status, UnfitReason
from kizuna.customers.leads.models.rules import ResponseTarget, ScoreRule

__all__ = [
    "CaptureLock",
    "Grade",
    "Lead",
    "LeadConsent",
    "LeadTouch",
    "ResponseTarget",
    "ScoreRule",
    "Status",
    "UnfitReason",
]
