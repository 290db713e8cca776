"""How likely something comes of leads: points for what is known, and in words which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from kizuna.base.assignment.queries import meeting
from kizuna.customers.leads.models import Grade, ScoreRule

GRADES = ((75, Grade.A), (50, Grade.B), (25, Grade.C), (0, Grade.D))
"""From which score on which grade."""


class Rating(NamedTuple):
    score: int
    grade: str
    reasons: list[dict[str, Any]]


def grade_of(score: int) -> Grade:
    return next(grade for least, grade in GRADES if score >= least)


def ratings(ids: Collection[int]) -> dict[int, Rating]:
    """What the rules say of these leads: one query for each rule, however many leads."""
    rules: Sequence[ScoreRule] = list(ScoreRule.objects.live().filter(is_active=True).order_by("position", "pk"))
    points: dict[int, int] = defaultdict(int)
    reasons: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for rule in rules:
        for pk in meeting("lead", rule.condition, ids):
            points[pk] += rule.points
            reasons[pk].append({"rule": rule.pk, "name": rule.name, "points": rule.points})
    found = {}
    for pk in ids:
        score = max(0, min(100, points[pk]))
        found[pk] = Rating(score, grade_of(score), reasons[pk])
    return found
