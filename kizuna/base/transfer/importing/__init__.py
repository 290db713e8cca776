"""Batches of drafts brought to the database: records found or made, merged, checked and stored."""

from kizuna.base.transfer.importing.batches import Outcome, Plan, Rejected, work

__all__ = ["Outcome", "Plan", "Rejected", "work"]
