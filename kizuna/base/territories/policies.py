"""Drafts and members are seen by who sees what they belong to."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from kizuna.base.access import policy
from kizuna.base.territories.models import Realignment, Territory, TerritoryDraft, TerritoryMember


@policy.rows(TerritoryDraft)
def drafts_of_visible_realignments(actor: Any, operation: str) -> Q:
    if policy.sees_all(actor, Realignment):
        return Q()
    return Q(realignment__in=Realignment.objects.visible_to(actor).order_by().values("pk"))


@policy.rows(TerritoryMember)
def members_of_visible_territories(actor: Any, operation: str) -> Q:
    if policy.sees_all(actor, Territory):
        return Q()
    return Q(territory__in=Territory.objects.visible_to(actor).order_by().values("pk"))
