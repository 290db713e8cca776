"""Stages: where a deal begins, where it ends, and what it lacks to enter one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kizuna.base.resources import registry
from kizuna.domains.sales.models import Kind, Opportunity, Stage

OF_KIND = {Kind.WON: ("amount",), Kind.LOST: ("reason",), Kind.OPEN: ()}
"""What a deal always needs to be won or lost, whatever else a stage asks for."""


def first_stage(pipeline_id: int | None = None) -> Stage | None:
    """Where a new deal begins: the first open stage of a pipeline, or of the first one."""
    return stage_of_kind(Kind.OPEN, pipeline_id)


def stage_of_kind(kind: str, pipeline_id: int | None) -> Stage | None:
    """The first stage of a pipeline that means open, won or lost."""
    stages = Stage.objects.live().filter(kind=kind, pipeline__deleted_at=None)
    if pipeline_id is not None:
        stages = stages.filter(pipeline=pipeline_id)
    return stages.order_by("pipeline__position", "pipeline", "position", "pk").first()


def reasons_for(kind: Kind) -> dict[str, Any]:
    """The condition of closing reasons for deals that are won, or lost."""
    return {"field": "kind", "op": "any_of", "value": [str(kind)]}


def missing_for(stage: Stage, opportunity: Opportunity) -> list[str]:
    """The names of the fields that have to be filled in before the deal may enter the stage."""
    fields = registry.get("opportunity").fields
    asked = (*OF_KIND[Kind(stage.kind)], *_known(stage.required_fields, fields))
    return [name for name in dict.fromkeys(asked) if fields[name].is_empty(fields[name].read(opportunity))]


def _known(names: Iterable[str], fields: Iterable[str]) -> list[str]:
    """Without those of custom fields that were taken away."""
    return [name for name in names if name in fields]
