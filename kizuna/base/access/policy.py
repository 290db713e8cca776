"""The one compiled predicate: which rows of a model an actor may touch. Every way in goes through it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import reduce
from operator import and_
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from kizuna.base.access import parts
from kizuna.base.access.models import Scope
from kizuna.base.access.parts import Part, part_of
from kizuna.base.access.permissions import OPERATIONS, Permissions, Reach, forget, permissions_of
from kizuna.base.access.realms import Realm, find
from kizuna.base.identity.models import User
from kizuna.base.types.errors import Denied, Missing

__all__ = [
    "OPERATIONS",
    "AccessQuerySet",
    "check",
    "check_owner",
    "closed_wholes",
    "forget",
    "has_guests",
    "is_by_itself",
    "owners_seen",
    "part_of",
    "permissions_of",
    "places_of_whole",
    "places_seen",
    "predicate",
    "realms_of",
    "resource_key",
    "rows",
    "seen_as_guest",
    "sees_all",
    "whose",
]

NOTHING = Q(pk__in=())
OWNER = "owner_id"
RowRule = Callable[[Any, str], Q]
GuestRule = Callable[[Any], Q]

_rules: dict[type[models.Model], list[RowRule]] = {}
_guests: dict[type[models.Model], GuestRule] = {}
_open_to_all: dict[type[models.Model], Q] = {User: Q(is_active=True)}


def resource_key(model: type[models.Model]) -> str:
    """The name of a kind of record in grants, events and the API: its model's name, "contact"."""
    return model._meta.model_name or ""


def rows(model: type[models.Model]) -> Callable[[RowRule], RowRule]:
    """Register a further limit for a model, from its room's `policies.py`.

    The function gets (actor, operation) and returns a `Q` that a row must also satisfy. It may only narrow.
    """

    def register(rule: RowRule) -> RowRule:
        _rules.setdefault(model, []).append(rule)
        return rule

    return register


def seen_as_guest(model: type[models.Model]) -> Callable[[GuestRule], GuestRule]:
    """Register which rows of a model somebody reads because they were asked to them, although they lie outside their
    scope: the function gets the actor. What rules hide stays hidden, and whose roles read none read none of these."""

    def register(rule: GuestRule) -> GuestRule:
        _guests[model] = rule
        return rule

    return register


def has_guests(model: type[models.Model]) -> bool:
    """Whether people may see rows of a model that are nobody's of their own team."""
    return model in _guests


def predicate(actor: Any, model: type[models.Model], operation: str = "read") -> Q:
    """Which rows of `model` the actor may `operation`; what may not be read may not be anything else either."""
    if model in _open_to_all:
        return _open_to_all[model] if operation == "read" and actor.is_active else _only_unlimited(actor)
    permissions = permissions_of(actor)
    if permissions.is_unlimited:
        return Q()
    found = permissions.predicates.get((model, operation))
    if found is None:
        found = permissions.predicates[model, operation] = _compiled(permissions, model, operation)
    return found


def _compiled(permissions: Permissions, model: type[models.Model], operation: str) -> Q:
    """The predicate from the rights and the rules, which follow from nothing but the rights: put together once for
    each model and operation that a request asks for, though its panels ask many times."""
    actor, key = permissions.actor, resource_key(model)
    reaches = _narrowest(permissions.reach(key, operation), permissions.reach(key, "read"))
    part = parts.find(key)
    found = _within(permissions, model, reaches) if part is None else _of_whole(actor, part, operation, reaches)
    if reaches[0].scope > Scope.NONE:
        if operation == "read" and model in _guests and found:  # empty is everything already
            found |= _guests[model](actor)
        for rule in _rules.get(model, ()):
            found &= rule(actor, operation)
    return found


def _only_unlimited(actor: Any) -> Q:
    return Q() if permissions_of(actor).is_unlimited else NOTHING


def _narrowest(asked: Reach, read: Reach) -> list[Reach]:
    """The one that lies within the other; both where neither does, the narrower scope first."""
    if asked.is_within(read):
        return [asked]
    return [read] if read.is_within(asked) else sorted((asked, read), key=lambda one: one.scope)


def _within(permissions: Permissions, model: type[models.Model], reaches: list[Reach]) -> Q:
    return reduce(and_, [_rows_within(permissions, model, reach) for reach in reaches])


def _of_whole(actor: Any, part: Part, operation: str, reaches: list[Reach]) -> Q:
    """The parts of what the actor reads; to do anything else with them, of what else they reach."""
    if reaches[0].scope == Scope.NONE:
        return NOTHING
    wholes = predicate(actor, part.whole)
    if operation != "read":
        wholes &= _within(permissions_of(actor), part.whole, reaches)
    if not wholes:
        return Q()
    joined = part.behind(wholes)
    if joined is not None:
        return joined
    return Q(Exists(part.whole._default_manager.filter(wholes, pk=OuterRef(f"{part.field}_id"))))


def closed_wholes(actor: Any, model: type[models.Model], ids: Collection[int]) -> set[int]:
    """Those of these rows of `model` to which the actor may add no parts, since that would change them. One query, and
    none for who may change every row."""
    reach = permissions_of(actor).reach(resource_key(model), "update")
    open_ones = predicate(actor, model) & _within(permissions_of(actor), model, [reach])
    if not (open_ones and ids):
        return set()
    return set(ids).difference(model._default_manager.filter(open_ones, pk__in=ids).values_list("pk", flat=True))


def _rows_within(permissions: Permissions, model: type[models.Model], reach: Reach) -> Q:
    scope = reach.scope
    if scope == Scope.ALL:
        return Q()
    if scope == Scope.NONE:
        return NOTHING
    is_team = scope == Scope.TEAM
    found = Q(owner_id__in=permissions.team_members) if is_team else Q(owner_id=permissions.actor.pk)
    for column, places in _places(permissions, model, reach):
        found |= Q(**{f"{column}__in": places})
    return found


def _places(permissions: Permissions, model: type[models.Model], reach: Reach) -> list[tuple[str, tuple[int, ...]]]:
    """The places of the actor in the realms of a reach, by the column in which rows of the model hold them."""
    if reach.scope not in (Scope.OWN, Scope.TEAM):
        return []
    known = [realm for key in sorted(reach.realms) if (realm := find(key)) and realm.has(model)]
    found = [(realm.column, tuple(sorted(permissions.places(realm)))) for realm in known]
    return [(column, places) for column, places in found if places]


def realms_of(actor: Any, model: type[models.Model]) -> list[Realm]:
    """The realms by which the actor may read rows of a model that are not theirs by their owner."""
    permissions = permissions_of(actor)
    reach = permissions.reach(resource_key(model), "read")
    if not reach.realms:
        return []
    columns = {column for column, _places_there in _places(permissions, model, reach)}
    return [realm for key in sorted(reach.realms) if (realm := find(key)) and realm.column in columns]


def sees_all(actor: Any, model: type[models.Model]) -> bool:
    """Whether reading `model` is not limited for the actor at all, so that a check per row can be left out.

    Colleagues count as seen even when they have left: their names stand in what they did.
    """
    if model in _open_to_all:
        return True
    permissions = permissions_of(actor)
    if permissions.is_unlimited:
        return True
    if permissions.scope(resource_key(model), "read") < Scope.ALL or _hides_some(actor, model):
        return False
    return is_by_itself(model) or sees_all(actor, parts.goes_by(model))


def _hides_some(actor: Any, model: type[models.Model]) -> bool:
    """Whether a rule keeps the actor from reading rows; most rules are about changing them."""
    return any(rule(actor, "read") for rule in _rules.get(model, ()))


def is_by_itself(model: type[models.Model]) -> bool:
    """Whether rows of a model are somebody's by what stands in them, not by what they are parts of."""
    return parts.goes_by(model) is model


def owners_seen(actor: Any, model: type[models.Model]) -> tuple[int, ...] | None:
    """The people whose rows are all that the actor may read of `model`; None when something else decides."""
    seen = places_seen(actor, model)
    return seen[OWNER] if seen is not None and len(seen) == 1 else None


def whose(actor: Any, model: type[models.Model]) -> tuple[int, ...] | None:
    """The people by whose records the actor's scope for reading `model` goes, whatever else limits or widens it; None
    where it goes by no owner."""
    if not is_by_itself(model):
        return None
    permissions = permissions_of(actor)
    scope = permissions.scope(resource_key(model), "read")
    return {Scope.OWN: (permissions.actor.pk,), Scope.TEAM: tuple(permissions.team_members)}.get(scope)


def places_seen(actor: Any, model: type[models.Model]) -> dict[str, tuple[int, ...]] | None:
    """By which values, in which columns, a row is one that the actor may read: those of one column are enough. None
    when something else decides."""
    permissions = permissions_of(actor)
    reach = permissions.reach(resource_key(model), "read")
    if model in _guests or model in _open_to_all or not is_by_itself(model) or _hides_some(actor, model):
        return None
    if reach.scope not in (Scope.OWN, Scope.TEAM):
        return None
    return {OWNER: whose(actor, model) or (), **dict(_places(permissions, model, reach))}


def places_of_whole(actor: Any, model: type[models.Model]) -> dict[str, tuple[int, ...]] | None:
    """The same of parts: by which values, in which columns of their whole."""
    part = parts.find(resource_key(model))
    if part is None or not permissions_of(actor).can(resource_key(model), "read") or _hides_some(actor, model):
        return None
    seen = places_seen(actor, part.whole)
    return None if seen is None else {f"{part.field}__{column}": places for column, places in seen.items()}


class AccessQuerySet(models.QuerySet):
    """A queryset whose reads start at `visible_to(actor)`."""

    def permitted(self, actor: Any, operation: str) -> Self:
        return self.filter(predicate(actor, self.model, operation))

    def visible_to(self, actor: Any) -> Self:
        return self.permitted(actor, "read")


def check(actor: Any, operation: str, target: models.Model | type[models.Model]) -> None:
    """Raise unless the actor may `operation` on a stored record, or on any row at all when given a model.

    Raises Missing for a row that the actor cannot see (it does not exist for them), Denied for one they only see.
    """
    model = target if isinstance(target, type) else type(target)
    if isinstance(target, type):
        if not permissions_of(actor).can(resource_key(model), operation):
            raise Denied()
        return
    manager = model._default_manager
    if manager.filter(predicate(actor, model, operation), pk=target.pk).exists():
        return
    if operation != "read" and manager.filter(predicate(actor, model), pk=target.pk).exists():
        raise Denied()
    raise Missing()


def check_owner(actor: Any, model: type[models.Model], operation: str, owner_id: int | None) -> None:
    """Raise Denied when a record given to `owner_id` would lie outside the actor's scope for `operation`."""
    permissions = permissions_of(actor)
    scope = permissions.scope(resource_key(model), operation)
    allowed = (
        scope == Scope.ALL
        or (scope == Scope.TEAM and owner_id in permissions.team_members)
        or (scope == Scope.OWN and owner_id == actor.pk)
    )
    if not allowed:
        raise Denied()
