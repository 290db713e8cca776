"""Batches of drafts brought to the database: records found or made, merged, checked and stored."""

from kizuna.base.transfer.importing.batches import plan_batch
from kizuna.base.transfer.importing.fates import Fate, Planned
from kizuna.base.transfer.importing.foreseen import Foreseen
from kizuna.base.transfer.importing.plans import Plan
from kizuna.base.transfer.importing.storing import foresee, store
from kizuna.base.transfer.importing.supply import Supply
from kizuna.base.transfer.importing.trying import attempt
from kizuna.base.transfer.importing.understanding import Understood
from kizuna.base.transfer.verdicts import Verdict

__all__ = [
    "Fate",
    "Foreseen",
    "Plan",
    "Planned",
    "Supply",
    "Understood",
    "Verdict",
    "attempt",
    "foresee",
    "plan_batch",
    "store",
]
