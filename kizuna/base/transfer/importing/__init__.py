"""Batches of drafts brought to the database: records found or made, merged, checked and stored."""

from kizuna.base.transfer.importing.batches import Outcome, Plan, work

__all__ = ["Outcome", "Plan", "work"]
