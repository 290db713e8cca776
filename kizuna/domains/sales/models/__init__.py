"""Pipelines and their stages, the deals that stand in them, who takes part in these, and why they were won or lost."""

from kizuna.domains.sales.models.opportunities import Opportunity, StageVisit
from kizuna.domains.sales.models.parties import Competitor, OpportunityCompetitor, OpportunityContact, OpportunitySplit
from kizuna.domains.sales.models.pipelines import CloseReason, ForecastCategory, Kind, Pipeline, Stage

__all__ = [
    "CloseReason",
    "Competitor",
    "ForecastCategory",
    "Kind",
    "Opportunity",
    "OpportunityCompetitor",
    "OpportunityContact",
    "OpportunitySplit",
    "Pipeline",
    "Stage",
    "StageVisit",
]
