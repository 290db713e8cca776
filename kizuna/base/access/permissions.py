"""What one actor may do: their roles' grants, read once per request and answered from memory."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from kizuna.base.access.models import ANY_RESOURCE, FieldRule, Grant, Scope
from kizuna.base.identity.models import User

OPERATIONS = ("read", "create", "update", "delete", "bulk", "export", "import", "share")


class Permissions:
    """The rights of one actor. Ask `permissions_of`, which keeps the answer on the actor object."""

    def __init__(self, actor: Any) -> None:
        self.actor = actor
        self.is_unlimited = bool(actor.is_active and actor.is_admin)
        self._grants: dict[tuple[str, str], Scope] = {}
        self._hidden: dict[tuple[str, str], set[int]] = {}
        self._read_only: dict[tuple[str, str], set[int]] = {}
        self._roles: frozenset[int] = frozenset()
        if actor.is_active and not self.is_unlimited and actor.pk is not None:
            self._load()

    def _load(self) -> None:
        roles = set()
        through = User.roles.through.objects.filter(user_id=self.actor.pk).values("role_id")
        for role, resource, operation, scope in Grant.objects.filter(role__in=through).values_list(
            "role_id", "resource", "operation", "scope"
        ):
            roles.add(role)
            key = (resource, operation)
            self._grants[key] = max(self._grants.get(key, Scope.NONE), Scope(scope))
        self._roles = frozenset(roles)
        for role, resource, field, level in FieldRule.objects.filter(role__in=through).values_list(
            "role_id", "resource", "field", "access"
        ):
            rules = self._hidden if level == FieldRule.Access.HIDDEN else self._read_only
            rules.setdefault((resource, field), set()).add(role)

    def scope(self, resource: str, operation: str) -> Scope:
        """How far `operation` reaches on `resource`. An action without a row of its own needs the right to update."""
        if self.is_unlimited:
            return Scope.ALL
        for key in ((resource, operation), (ANY_RESOURCE, operation)):
            if key in self._grants:
                return self._grants[key]
        return Scope.NONE if operation in OPERATIONS else self.scope(resource, "update")

    def can(self, resource: str, operation: str) -> bool:
        """Whether `operation` is allowed on at least some rows of `resource`."""
        return self.scope(resource, operation) > Scope.NONE

    def readable(self, resource: str, field: str) -> bool:
        """Whether the field may be seen. With several roles the most generous one counts."""
        return not self._taken(self._hidden.get((resource, field), frozenset()))

    def writable(self, resource: str, field: str) -> bool:
        """Whether the field may be changed, given the right to create or update the record."""
        key = (resource, field)
        return not self._taken(self._hidden.get(key, set()) | self._read_only.get(key, set()))

    def _taken(self, roles: frozenset[int] | set[int]) -> bool:
        return bool(roles) and not self.is_unlimited and self._roles <= roles

    @cached_property
    def team_members(self) -> tuple[int, ...]:
        """Ids of everyone in the actor's team and the teams beneath it, the actor included."""
        members = {self.actor.pk}
        if self.actor.team_id:
            members.update(
                User.objects.filter(team__path__startswith=self.actor.team.path).values_list("pk", flat=True)
            )
        return tuple(sorted(members))


def permissions_of(actor: Any) -> Permissions:
    """The actor's rights, read from the database once per actor object (that is, once per request)."""
    found = actor.__dict__.get("_permissions")
    if found is None:
        found = actor.__dict__["_permissions"] = Permissions(actor)
    return found


def forget(actor: Any) -> None:
    """Read the rights again next time: after roles or grants changed within one request or test."""
    actor.__dict__.pop("_permissions", None)
