"""Deals that somebody has to look at: past their day, standing still, or with a step that is overdue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from kizuna.domains.sales.models import Kind, Opportunity
from kizuna.domains.sales.queries.scopes import Scope

SLIPPED, ROTTING, OVERDUE = "slipped", "rotting", "overdue"
SHOWN = 6


@dataclass(frozen=True)
class Attention:
    """How many deals there are of a kind, and the first of them by close date."""

    what: str
    count: int
    deals: Sequence[Opportunity]


def fields_of(today: dt.date) -> dict[str, tuple[str, dt.date]]:
    """By which field and until which day a deal counts."""
    yesterday = today - dt.timedelta(days=1)
    return {SLIPPED: ("closes_on", yesterday), ROTTING: ("rots_on", today), OVERDUE: ("next_step_on", yesterday)}


def attention(actor: Any, scope: Scope, pipeline_id: int | None, today: dt.date) -> list[Attention]:
    """Of the open deals of these people. Four queries."""
    rows = Opportunity.objects.visible_to(actor).filter(scope.owned(), status=Kind.OPEN)
    rows = rows.filter(pipeline=pipeline_id) if pipeline_id else rows
    asked = {what: Q(**{f"{name}__lte": day}) for what, (name, day) in fields_of(today).items()}
    counts = rows.aggregate(**{what: Count("pk", filter=where) for what, where in asked.items()})
    return [Attention(what, counts[what], _some(rows.filter(where))) for what, where in asked.items()]


def _some(rows: Any) -> list[Opportunity]:
    return list(rows.select_related("owner").order_by("closes_on", "pk")[:SHOWN])
