"""Whose work somebody may follow: their own team with the teams beneath it; administrators follow every team."""

from __future__ import annotations

from typing import Any

from kizuna.base.identity.models import Team, User
from kizuna.base.types.errors import Missing
from kizuna.base.types.numbers import whole


def of(actor: Any) -> list[Team]:
    """The teams, each before those beneath it."""
    if actor.is_admin:
        return list(Team.objects.all())
    return list(actor.team.subtree()) if actor.team_id else []


def follows_any(actor: Any) -> bool:
    return bool(actor.team_id) or (actor.is_admin and Team.objects.exists())


def find(actor: Any, text: str) -> Team | None:
    """The team with this number, else the actor's own, else the first they may follow; None where there is none. Raises
    Missing for one that is not theirs to follow."""
    known = {team.pk: team for team in of(actor)}
    if text:
        found = known.get(whole(text) or 0)
        if found is None:
            raise Missing()
        return found
    return known.get(actor.team_id) or next(iter(known.values()), None)


def people(team: Team) -> list[int]:
    """Everybody in the team and beneath it, those too who have left: what they did is still part of it."""
    return sorted(User.objects.filter(team__path__startswith=team.path).values_list("pk", flat=True))
