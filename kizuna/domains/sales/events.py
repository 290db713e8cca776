"""What selling tells the world beside the changes of its records."""

from __future__ import annotations

from dataclasses import dataclass

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class OpportunityMoved(Event):
    """Deals went from one open stage to another."""

    opportunity_ids: tuple[int, ...]
    from_stage_id: int
    to_stage_id: int


@dataclass(frozen=True, kw_only=True)
class OpportunityWon(Event):
    """Deals were won."""

    opportunity_ids: tuple[int, ...]
    from_stage_id: int
    to_stage_id: int


@dataclass(frozen=True, kw_only=True)
class OpportunityLost(Event):
    """Deals were lost; each has its reason."""

    opportunity_ids: tuple[int, ...]
    from_stage_id: int
    to_stage_id: int


@dataclass(frozen=True, kw_only=True)
class OpportunityReopened(Event):
    """Deals that were won or lost are open again."""

    opportunity_ids: tuple[int, ...]
    from_stage_id: int
    to_stage_id: int
