"""What the playbook of a stage says of one deal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kizuna.customers.timeline.models import Task
from kizuna.domains.sales.models import Opportunity, Playbook, PlaybookAnswer, PlaybookStep, PlaybookTick, PlayedTask


@dataclass(frozen=True)
class Played:
    """A step, and what became of it in a deal: the tick, the answer, or the task as far as the reader sees it."""

    step: PlaybookStep
    tick: PlaybookTick | None = None
    answer: PlaybookAnswer | None = None
    task: Task | None = None


def playbook_of(actor: Any, deal: Opportunity) -> Playbook | None:
    """The playbook of the stage that a deal stands in."""
    return Playbook.objects.visible_to(actor).filter(stage=deal.stage_id, is_active=True).first()


def played(actor: Any, deal: Opportunity, playbook: Playbook) -> list[Played]:
    """Every step in its order; five queries however many there are."""
    steps = list(PlaybookStep.objects.visible_to(actor).filter(playbook=playbook).order_by("position", "pk"))
    answers = PlaybookAnswer.objects.visible_to(actor).filter(opportunity=deal, step__in=steps)
    said = {one.step_id: one for one in answers.select_related("updated_by")}
    ticks = PlaybookTick.objects.filter(opportunity=deal, step__in=steps).select_related("created_by")
    ticked = {one.step_id: one for one in ticks}
    made = dict(PlayedTask.objects.filter(opportunity=deal, step__in=steps).values_list("step_id", "task_id"))
    tasks = Task.objects.visible_to(actor).filter(pk__in=made.values()).select_related("owner")
    by_id = {one.pk: one for one in tasks}
    return [Played(step, ticked.get(step.pk), said.get(step.pk), by_id.get(made.get(step.pk) or 0)) for step in steps]
