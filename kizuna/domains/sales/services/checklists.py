"""Items of checklists, ticked in deals: once however many people tick at once, counted on the deal, and asked for where
a deal goes on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Touched, publish
from kizuna.base.records import bulk
from kizuna.base.resources.actions import action
from kizuna.base.types import rows
from kizuna.base.types.errors import Missing, Refused
from kizuna.domains.sales.events import ItemTicked, ItemUnticked
from kizuna.domains.sales.models import Opportunity, PlaybookStep, PlaybookTick, Stage
from kizuna.domains.sales.queries import checklists

BATCH = 1000
TICKED = "ticked"
"""The argument of a verb that says: what is open is done."""


@action(
    label=_("Tick an item"),
    done=_("The item is ticked."),
    icon="checkbox",
    place="page",
    asks={"step": _("Item of the checklist")},
)
def tick_item(*, actor: Any, opportunity: Opportunity, step: PlaybookStep) -> Opportunity:
    """Say that an item of the checklist is done in this deal. What is ticked already stays as it is."""
    _check_item(opportunity, step)
    deal = _locked(opportunity)
    if not PlaybookTick.objects.filter(opportunity=deal, step=step).exists():
        rows.insert(PlaybookTick(
            opportunity=deal, step=step, item=step.words, owner_id=deal.owner_id, created_by_id=actor.pk,
            updated_by_id=actor.pk,
        ))  # fmt: skip
        _tell(actor, ItemTicked(opportunity_id=deal.pk, step_id=step.pk, item=step.words))
    return deal


@action(
    label=_("Untick an item"),
    done=_("The item is open again."),
    icon="x",
    place="page",
    asks={"step": _("Item of the checklist")},
)
def untick_item(*, actor: Any, opportunity: Opportunity, step: PlaybookStep) -> Opportunity:
    """Say that an item of the checklist is still to be done in this deal. What is open stays as it is."""
    deal = _locked(opportunity)
    if PlaybookTick.objects.filter(opportunity=deal, step=step).delete()[0]:
        _tell(actor, ItemUnticked(opportunity_id=deal.pk, step_id=step.pk, item=step.words))
    return deal


def _check_item(opportunity: Opportunity, step: PlaybookStep) -> None:
    if step.kind != PlaybookStep.Kind.CHECK or step.is_deleted:
        raise Refused(_("This is no item of a checklist."), field="step")
    if step.playbook.stage.pipeline_id != opportunity.pipeline_id:
        raise Refused(_("This item belongs to another pipeline."), field="step")


def _locked(opportunity: Opportunity) -> Opportunity:
    """Two people who tick at once stand in line, so that the second counts what the first has ticked."""
    deal = Opportunity.objects.live().select_for_update(of=("self",)).filter(pk=opportunity.pk).first()
    if deal is None:
        raise Missing()
    return deal


def _tell(actor: Any, event: ItemTicked | ItemUnticked) -> None:
    count(opportunity_ids=[event.opportunity_id])
    publish(event, subjects=[Touched("opportunity", event.opportunity_id)], by=actor)


def tick_needed(*, actor: Any, opportunity: Opportunity) -> None:
    """Tick every item without which the deal does not go on from where it stands."""
    open_here = checklists.open_needed(opportunity.stage, [opportunity]).get(opportunity.pk, [])
    for step in open_here:
        if step.kind == PlaybookStep.Kind.CHECK:
            tick_item(actor=actor, opportunity=opportunity, step=step)


@transaction.atomic
def count(*, opportunity_ids: Collection[int]) -> None:
    """Write on the deals how many items their stage has and how many are open, where it is not what is written."""
    ids = checklists.concerned(opportunity_ids)
    if not ids:
        return
    deals = list(Opportunity.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
    changed, found = [], checklists.counted(deals)
    for deal in deals:
        if (deal.items, deal.open_items) != found[deal.pk]:
            deal.items, deal.open_items = found[deal.pk]
            changed.append(deal)
    bulk.update(Opportunity, changed, ("items", "open_items"))


def count_again(*, stage_ids: Iterable[int]) -> None:
    """The checklists of stages changed: count the deals that stand there anew, some at a time. Ticks stay: an item that
    is brought back is ticked where it was, and one that was renamed stays ticked."""
    deals = Opportunity.objects.filter(stage__in=list(stage_ids)).order_by("pk")
    last = 0
    while ids := list(deals.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        last = ids[-1]
        count(opportunity_ids=ids)


class Unfinished(Refused):
    """A deal would go on, and something is open without which none does. Where all of it can be ticked, the refusal
    names the argument that does so."""

    def __init__(self, stage: Stage, steps: Sequence[PlaybookStep]) -> None:
        words = {"stage": stage.name, "items": "; ".join(step.words for step in steps)}
        message = _("Before a deal goes on from “%(stage)s”, this has to be done: %(items)s") % words
        can_be_ticked = all(step.kind == PlaybookStep.Kind.CHECK for step in steps)
        super().__init__(message, field=TICKED if can_be_ticked else None)


def refuse_unfinished(*, before: Stage, after: Stage, deals: Sequence[Opportunity]) -> None:
    """Raise Unfinished where deals go on from a stage in which something needed is open. Back, and to be lost, they may
    go at any time."""
    if not before.is_before(after):
        return
    for steps in checklists.open_needed(before, deals).values():
        raise Unfinished(before, steps)
