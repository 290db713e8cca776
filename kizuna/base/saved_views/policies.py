"""Who may put a view before whom, and who may change one that is there."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from kizuna.base.access import policy
from kizuna.base.access.models import Scope
from kizuna.base.identity.models import Team
from kizuna.base.saved_views.models import Audience, SavedView

OPERATION = "share"


def may_read(actor: Any, resource: str) -> bool:
    """Whether there is a list for this person at all."""
    return bool(actor.is_active) and policy.permissions_of(actor).can(resource, "read")


def teams_within_reach(actor: Any, resource: str) -> QuerySet[Team]:
    """The teams with which the actor may share: theirs and those beneath it, or all."""
    scope = policy.permissions_of(actor).scope(resource, OPERATION)
    if scope == Scope.ALL:
        return Team.objects.all()
    if scope == Scope.TEAM and actor.team_id:
        return Team.objects.below(actor.team)
    return Team.objects.none()


def may_share_with_everyone(actor: Any, resource: str) -> bool:
    return policy.permissions_of(actor).scope(resource, OPERATION) == Scope.ALL


def may_share(actor: Any, resource: str, audience: str, team_id: int | None) -> bool:
    """Whether the actor may put views of this kind before these people."""
    if audience == Audience.EVERYONE:
        return may_share_with_everyone(actor, resource)
    if audience == Audience.TEAM:
        return team_id is not None and teams_within_reach(actor, resource).filter(pk=team_id).exists()
    return True


def may_change(actor: Any, view: SavedView) -> bool:
    """The owner, and of a shared view whoever may share with the same people."""
    if view.owner_id == actor.pk:
        return True
    return not view.is_private and may_share(actor, view.resource, view.audience, view.team_id)
