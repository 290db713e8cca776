"""What selling tells the world beside the changes of its records."""

from __future__ import annotations

import datetime as dt
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


@dataclass(frozen=True, kw_only=True)
class ForecastAdjusted(Event):
    """A manager said what they expect of a person or a team in a period, or took it back."""

    adjustment_id: int
    person_id: int | None
    team_id: int | None
    span: str
    begins_on: dt.date
    category: str


@dataclass(frozen=True, kw_only=True)
class FiscalYearSet(Event):
    """The company's year begins in another month, 1 to 12."""

    before: int
    after: int
