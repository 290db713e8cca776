"""What the contacts room tells the world beside the changes of its records."""

from __future__ import annotations

from dataclasses import dataclass

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class HouseholdFormed(Event):
    """Two people came to live in one household, a new one or the one that one of them had."""

    household_id: int
    contact_ids: tuple[int, ...]
