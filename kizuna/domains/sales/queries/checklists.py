"""The checklists of stages: which items there are, which are ticked in which deal, what keeps deals from going on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from kizuna.domains.sales.models import Opportunity, PlaybookAnswer, PlaybookStep, PlaybookTick, Stage

Kind = PlaybookStep.Kind


def steps_of(stage_ids: Any) -> QuerySet[PlaybookStep]:
    """Steps that are in use in these stages, in their order."""
    rows = PlaybookStep.objects.live().filter(playbook__deleted_at=None, playbook__is_active=True)
    return rows.filter(playbook__stage__in=stage_ids).order_by("position", "pk")


def counted(deals: Sequence[Opportunity]) -> dict[int, tuple[int, int]]:
    """By deal how many items the checklist of its stage has, and how many of them are open; two queries."""
    items = steps_of({deal.stage_id for deal in deals}).filter(kind=Kind.CHECK).order_by()
    of_stage = dict(items.values_list("playbook__stage").annotate(count=Count("pk")))
    ticks = PlaybookTick.objects.filter(
        opportunity__in=deals, step__kind=Kind.CHECK, step__deleted_at=None, step__playbook__deleted_at=None,
        step__playbook__is_active=True, step__playbook__stage=F("opportunity__stage"),
    )  # fmt: skip
    ticked = dict(ticks.order_by().values_list("opportunity").annotate(count=Count("pk")))
    found = {}
    for deal in deals:
        items_here = of_stage.get(deal.stage_id, 0)
        found[deal.pk] = (items_here, items_here - ticked.get(deal.pk, 0))
    return found


def concerned(opportunity_ids: Collection[int]) -> list[int]:
    """Of these deals those that have a checklist, or had one when they were counted last."""
    here = PlaybookStep.objects.live().filter(
        kind=Kind.CHECK, playbook__deleted_at=None, playbook__is_active=True, playbook__stage=OuterRef("stage")
    )
    rows = Opportunity.objects.filter(pk__in=opportunity_ids).filter(Q(items__gt=0) | Exists(here))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def open_needed(stage: Stage, deals: Sequence[Opportunity]) -> dict[int, list[PlaybookStep]]:
    """By deal what has to be ticked or answered before it goes on from a stage; none for deals that lack nothing."""
    needed = list(steps_of([stage.pk]).filter(is_needed=True, kind__in=(Kind.CHECK, Kind.QUESTION)))
    if not needed:
        return {}
    asked = {"opportunity__in": deals, "step__in": needed}
    done = set(PlaybookTick.objects.filter(**asked).values_list("opportunity", "step"))
    done |= set(PlaybookAnswer.objects.live().filter(**asked).values_list("opportunity", "step"))
    found = {deal.pk: [step for step in needed if (deal.pk, step.pk) not in done] for deal in deals}
    return {pk: steps for pk, steps in found.items() if steps}
