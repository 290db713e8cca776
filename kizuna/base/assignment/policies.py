"""Who sees rules and absences: members are seen by who sees the rule."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from kizuna.base.access import policy
from kizuna.base.assignment.models import AssignmentMember, AssignmentRule


@policy.rows(AssignmentMember)
def members_of_visible_rules(actor: Any, operation: str) -> Q:
    if policy.sees_all(actor, AssignmentRule):
        return Q()
    return Q(rule__in=AssignmentRule.objects.visible_to(actor).order_by().values("pk"))
