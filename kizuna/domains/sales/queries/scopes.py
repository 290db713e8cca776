"""Whose deals somebody may look at together: their own, a team's with the teams beneath it, or everybody's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from kizuna.base.access import policy
from kizuna.base.access.models import Scope as Reach
from kizuna.base.identity.models import Team, User
from kizuna.base.types.errors import Missing
from kizuna.base.types.numbers import whole


@dataclass(frozen=True)
class Scope:
    """One person, one team with those beneath it, or everybody (neither)."""

    person: User | None = None
    team: Team | None = None

    @property
    def key(self) -> str:
        if self.person:
            return f"person-{self.person.pk}"
        return f"team-{self.team.pk}" if self.team else "all"

    @property
    def label(self) -> str:
        if self.person:
            return self.person.name
        return self.team.name if self.team else _("Everybody")

    @property
    def is_everybody(self) -> bool:
        return self.person is None and self.team is None

    def owned(self, prefix: str = "owner") -> Q:
        """Which deals are theirs."""
        if self.person:
            return Q(**{f"{prefix}_id": self.person.pk})
        return Q(**{f"{prefix}__team__path__startswith": self.team.path}) if self.team else Q()


def scopes_of(actor: Any) -> list[Scope]:
    """What somebody may choose from; teams each before those beneath it."""
    reach = policy.permissions_of(actor).scope("opportunity", "read")
    found = [Scope(person=actor)] if actor.pk and reach > Reach.NONE else []
    if reach == Reach.ALL:
        return [*found, Scope(), *(Scope(team=team) for team in Team.objects.all())]
    if reach == Reach.TEAM and actor.team_id:
        return [*found, *(Scope(team=team) for team in actor.team.subtree())]
    return found


def scope_of(actor: Any, key: str, known: list[Scope]) -> Scope:
    """The one with this key; without one, the own team of who leads, else the first. Raises Missing for no such one."""
    if key:
        found = next((one for one in known if one.key == key), None) or _colleague(actor, key)
        if found is None:
            raise Missing()
        return found
    if not known:
        raise Missing()
    if policy.permissions_of(actor).scope("quota", "adjust_forecast") == Reach.NONE:
        return known[0]
    own = (one for one in known if one.team and one.team.pk == actor.team_id)
    return next(own, None) or next((one for one in known if one.key == "all"), known[0])


def _colleague(actor: Any, key: str) -> Scope | None:
    pk = whole(key.removeprefix("person-")) if key.startswith("person-") else None
    if pk is None:
        return None
    permissions = policy.permissions_of(actor)
    reach = permissions.scope("opportunity", "read")
    if reach == Reach.ALL or (reach == Reach.TEAM and pk in permissions.team_members):
        person = User.objects.filter(pk=pk).first()
        return Scope(person=person) if person else None
    return None
