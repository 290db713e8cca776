"""How a sequence goes: who is in it, who answered, why others were stopped, and how far the steps get."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from kizuna.customers.sequences.models import Enrolment, Sequence, SequenceStep, StepTaken


@dataclass(frozen=True)
class StepFigures:
    """`reached`: for how many it was made; `done`: of those, for how many somebody did it; `answered`: who answered
    when this was the last that they had."""

    step: SequenceStep
    reached: int = 0
    done: int = 0
    answered: int = 0


@dataclass(frozen=True)
class Figures:
    enrolled: int
    states: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    steps: list[StepFigures] = field(default_factory=list)


def figures_of(actor: Any, sequence: Sequence) -> Figures:
    """Of the people whom the actor sees; three queries, whatever their number."""
    rows = Enrolment.objects.visible_to(actor).filter(sequence=sequence)
    states: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    answered: Counter[int] = Counter()
    counted = rows.order_by().values_list("status", "reason", "number").annotate(count=Count("pk"))
    for status, reason, number, count in counted:
        states[status] += count
        if status == Enrolment.Status.STOPPED:
            reasons[reason] += count
        if reason == Enrolment.Reason.ANSWERED:
            answered[number] += count
    taken = StepTaken.objects.filter(enrolment__in=rows.values("pk")).order_by().values_list("step", "outcome")
    reached: Counter[int] = Counter()
    done: Counter[int] = Counter()
    for step, outcome, count in taken.annotate(count=Count("pk")):
        reached[step] += count
        done[step] += count if outcome == StepTaken.Outcome.DONE else 0
    steps = SequenceStep.objects.live().filter(sequence=sequence).order_by("position", "pk")
    found = [
        StepFigures(step, reached[step.pk], done[step.pk], answered[number])
        for number, step in enumerate(steps, start=1)
    ]
    return Figures(sum(states.values()), states, reasons, found)
