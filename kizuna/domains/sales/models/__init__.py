"""Pipelines and their stages, the deals that stand in them, who takes part in these, and why they were won or lost."""

from kizuna.domains.sales.models.deal_lines import OpportunityLine
from kizuna.domains.sales.models.forecast import (
    FiscalYear,
    ForecastAdjustment,
    OpportunityState,
    Quota,
    Span,
    StageOutcome,
    standing_on,
)
from kizuna.domains.sales.models.lessons import Lesson
from kizuna.domains.sales.models.opportunities import Opportunity, StageVisit
from kizuna.domains.sales.models.parties import Competitor, OpportunityCompetitor, OpportunityContact, OpportunitySplit
from kizuna.domains.sales.models.pipelines import CloseReason, ForecastCategory, Kind, Pipeline, Stage
from kizuna.domains.sales.models.playbooks import Playbook, PlaybookAnswer, PlaybookStep, PlaybookTick, PlayedTask
from kizuna.domains.sales.models.quote_lines import ApprovalRule, QuoteLine, QuoteMessage
from kizuna.domains.sales.models.quotes import Quote
from kizuna.domains.sales.models.sums import StaleStays, StandingSum, StaysCounted, StaySum, Way

__all__ = [
    "ApprovalRule",
    "CloseReason",
    "Competitor",
    "FiscalYear",
    "ForecastAdjustment",
    "ForecastCategory",
    "Kind",
    "Lesson",
    "Opportunity",
    "OpportunityCompetitor",
    "OpportunityContact",
    "OpportunityLine",
    "OpportunitySplit",
    "OpportunityState",
    "Pipeline",
    "Playbook",
    "PlaybookAnswer",
    "PlaybookStep",
    "PlaybookTick",
    "PlayedTask",
    "Quota",
    "Quote",
    "QuoteLine",
    "QuoteMessage",
    "Span",
    "Stage",
    "StageOutcome",
    "StageVisit",
    "StaleStays",
    "StandingSum",
    "StaySum",
    "StaysCounted",
    "Way",
    "standing_on",
]
