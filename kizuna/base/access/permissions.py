"""What one actor may do: their roles' grants, read once per request and answered from memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, reduce
from operator import or_
from typing import Any

from django.db.models import Model, Q, QuerySet, Subquery

from kizuna.base.access import parts, realms
from kizuna.base.access.models import ANY_RESOURCE, MADE_HERE, FieldRule, Grant, Scope
from kizuna.base.identity.models import Team, User
from kizuna.base.types.ready import Given, Ready

OPERATIONS = ("read", "create", "update", "delete", "bulk", "export", "import", "share")

RIGHTS_OF_THEIR_OWN: set[str] = set()
"""Actions that no other right brings along: only who was given them may do them. `@action(own_right=True)` fills it."""


@dataclass(frozen=True)
class Reach:
    """How far a right reaches: a scope, and beside it what lies in the actor's places of some realms."""

    scope: Scope
    realms: frozenset[str] = frozenset()

    def is_within(self, other: Reach) -> bool:
        return other.scope == Scope.ALL or (self.scope <= other.scope and self.realms <= other.realms)

    def joined(self, other: Reach) -> Reach:
        """What either of them reaches."""
        return Reach(max(self.scope, other.scope), self.realms | other.realms)


NOWHERE = Reach(Scope.NONE)


@cache
def _reaching(scope: int, realm: str) -> Reach:
    """How far a grant reaches: there are few ways, and hundreds of grants with each request."""
    return Reach(Scope(scope), frozenset({realm} if realm else ()))


class Permissions:
    """The rights of one actor. Ask `permissions_of`, which keeps the answer on the actor object."""

    def __init__(self, actor: Any, *, is_read: bool = True) -> None:
        self.actor = actor
        self.is_unlimited = bool(actor.is_active and actor.is_admin)
        self._grants: dict[tuple[str, str], Reach] = {}
        self._places: dict[str, realms.Places] = {}
        self._hidden: dict[tuple[str, str], set[int]] = {}
        self._read_only: dict[tuple[str, str], set[int]] = {}
        self._roles: frozenset[int] = frozenset()
        self.predicates: dict[tuple[type[Model], str], Q] = {}
        """Which rows these rights reach, of what was asked already (`policy.predicate`)."""
        if is_read and actor.is_active and not self.is_unlimited and actor.pk is not None:
            self.take(_GRANTS_OF_ONE.ask(user=actor.pk), _RULES_OF_ONE.ask(user=actor.pk))

    def take(self, grants: Iterable[tuple], rules: Iterable[tuple]) -> None:
        """Count the rows of the actor's roles: grants, then what rules take from fields."""
        roles = set()
        for role, resource, operation, scope, realm in grants:
            roles.add(role)
            key = (resource, operation)
            given, known = _reaching(scope, realm), self._grants.get(key)
            self._grants[key] = given if known is None else known.joined(given)
        self._roles = frozenset(roles)
        for role, resource, field, level in rules:
            taken = self._hidden if level == FieldRule.Access.HIDDEN else self._read_only
            taken.setdefault((resource, field), set()).add(role)

    def scope(self, resource: str, operation: str) -> Scope:
        """Whose records of `resource` the `operation` reaches, by their owners."""
        return self.reach(resource, operation).scope

    def reach(self, resource: str, operation: str) -> Reach:
        """How far `operation` reaches on `resource`. An action without a row of its own needs the right to update; who
        changes what rights are made of needs a right for just that. Of parts the grant says whether, the whole how far.
        """
        if self.is_unlimited:
            return Reach(Scope.ALL)
        granted, part = self._granted(resource, operation), parts.find(resource)
        if part is None or granted.scope == Scope.NONE or operation in parts.AS_GRANTED:
            return granted
        return self.reach(part.whole._meta.model_name or "", part.right(operation))

    def _granted(self, resource: str, operation: str) -> Reach:
        is_apart = resource.startswith(MADE_HERE) or (operation != "read" and resource in realms.deciding())
        kinds = (resource,) if is_apart else (resource, ANY_RESOURCE)
        for kind in kinds:
            if (kind, operation) in self._grants:
                return self._grants[kind, operation]
        is_own = operation in OPERATIONS or operation in RIGHTS_OF_THEIR_OWN
        return NOWHERE if is_own else self._granted(resource, "update")

    def can(self, resource: str, operation: str) -> bool:
        """Whether `operation` is allowed on at least some rows of `resource`."""
        return self.scope(resource, operation) > Scope.NONE

    @property
    def hides_nothing(self) -> bool:
        """Whether every field of every kind of record may be seen."""
        return not self._hidden

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
    def roles(self) -> frozenset[int]:
        """Ids of all roles of the actor, those that give no right too."""
        if self.actor.pk is None:
            return frozenset()
        through = User.roles.through.objects.filter(user_id=self.actor.pk)
        return frozenset(through.values_list("role_id", flat=True))

    @cached_property
    def team_members(self) -> tuple[int, ...]:
        """Ids of everyone in the actor's team and the teams beneath it, the actor included."""
        members = {self.actor.pk}
        if self.actor.team_id:
            members.update(_BENEATH.ask(team=self.actor.team_id))
        return tuple(sorted(members))

    @property
    def named_realms(self) -> set[str]:
        """The realms that any of the actor's grants names."""
        return set().union(*(reach.realms for reach in self._grants.values()))

    def places(self, realm: realms.Realm) -> realms.Places:
        """Where the actor is in a realm."""
        if realm.key not in self._places:
            is_stored = self.actor.pk is not None
            self._places[realm.key] = realm.places_of([self.actor])[self.actor.pk] if is_stored else frozenset()
        return self._places[realm.key]

    def are_in(self, realm: realms.Realm, places: realms.Places) -> None:
        """What `places` is to answer: it was asked for many at once."""
        self._places[realm.key] = places


def _grants_of(roles: Any) -> QuerySet:
    return Grant.objects.filter(role__in=roles).values_list("role_id", "resource", "operation", "scope", "realm")


def _rules_of(roles: Any) -> QuerySet:
    return FieldRule.objects.filter(role__in=roles).values_list("role_id", "resource", "field", "access")


def _roles_of_one() -> Any:
    return User.roles.through.objects.filter(user_id=Given("user")).values("role_id")


_GRANTS_OF_ONE = Ready(lambda: _grants_of(_roles_of_one()))
_RULES_OF_ONE = Ready(lambda: _rules_of(_roles_of_one()))
_BENEATH = Ready(
    lambda: (
        User.objects.filter(team__path__startswith=Subquery(Team.objects.filter(pk=Given("team")).values("path")))
        .order_by()
        .values_list("pk", flat=True)
    )
)
"""Who is in a team and beneath it."""


def prepare(people: Sequence[Any]) -> None:
    """Read the rights of many people in four queries, and a few for each realm that they have. They come with their
    team (`select_related("team")`)."""
    roles: dict[int, set[int]] = defaultdict(set)
    for user, role in User.roles.through.objects.filter(user_id__in=[one.pk for one in people]).values_list(
        "user_id", "role_id"
    ):
        roles[user].add(role)
    every = {role for found in roles.values() for role in found}
    grants, rules = list(_grants_of(every)), list(_rules_of(every))
    members = _members_of({one.team.path for one in people if one.team_id})
    for one in people:
        found = Permissions(one, is_read=False)
        if one.is_active and not found.is_unlimited:
            mine = roles[one.pk]
            found.take([row for row in grants if row[0] in mine], [row for row in rules if row[0] in mine])
        path = one.team.path if one.team_id else None
        team = {user for user, place in members if path and place.startswith(path)}
        found.__dict__["team_members"] = tuple(sorted({one.pk, *team}))
        one.__dict__["_permissions"] = found
    _find_places({one: permissions_of(one) for one in people})


def _find_places(rights: Mapping[Any, Permissions]) -> None:
    for realm in realms.every():
        there = {one: found for one, found in rights.items() if realm.key in found.named_realms}
        places = realm.places_of(list(there)) if there else {}
        for one, found in there.items():
            found.are_in(realm, places[one.pk])


def _members_of(paths: set[str]) -> list[tuple[int, str]]:
    """Everyone in these teams and beneath them, with the path of the team they are in."""
    if not paths:
        return []
    beneath = reduce(or_, (Q(team__path__startswith=path) for path in paths))
    return list(User.objects.filter(beneath).values_list("pk", "team__path"))


def somebody_with(role: Any, *, like: Any) -> User:
    """A person who is nowhere stored and has only this role (None: none at all), reading as `like` does: to show an
    administrator what others see."""
    found = User(name=role.title if role else "", language=like.language, time_zone=like.time_zone)
    rights = Permissions(found, is_read=False)
    ids = [role.pk] if role else []
    rights.take(_grants_of(ids), _rules_of(ids))
    rights.__dict__["roles"] = frozenset(ids)
    found.__dict__["_permissions"] = rights
    return found


def permissions_of(actor: Any) -> Permissions:
    """The actor's rights, read from the database once per actor object (that is, once per request)."""
    found = actor.__dict__.get("_permissions")
    if found is None:
        found = actor.__dict__["_permissions"] = Permissions(actor)
    return found


def forget(actor: Any) -> None:
    """Read the rights again next time: after roles or grants changed within one request or test."""
    actor.__dict__.pop("_permissions", None)
