"""Findings about records, what people decided, and what was counted."""

from kizuna.customers.quality.models.figures import ALL, EVERYBODY, PART, QUEUE, Figure, Progress, Round
from kizuna.customers.quality.models.findings import Finding, State, Verdict

__all__ = ["ALL", "EVERYBODY", "PART", "QUEUE", "Figure", "Finding", "Progress", "Round", "State", "Verdict"]
