"""Every resource, by key, by plural and by model: those that rooms declare, and those that administrators made.

The first are there when `resources.py` modules have loaded; the others belong to the current edition of the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import models

from kizuna.base.access.models import MADE_HERE
from kizuna.base.resources import editions
from kizuna.base.types.errors import Missing

if TYPE_CHECKING:
    from kizuna.base.resources.actions import Action
    from kizuna.base.resources.fields import Field
    from kizuna.base.resources.resource import Resource

_by_key: dict[str, Resource] = {}
_for_any: list[Action] = []


def register(declaration: type[Resource]) -> type[Resource]:
    """Class decorator: make a resource known to every consumer. Two with one key or plural are refused."""
    resource = declaration()
    for other in _by_key.values():
        if resource.key == other.key or resource.plural == other.plural:
            raise ValueError(f"{declaration.__name__} and {type(other).__name__} have the same key or plural.")
    _by_key[resource.key] = resource
    return declaration


def offer(verb: Action) -> None:
    """Give a verb that fits any record to every kind of record there is or will be; called in `apps.ready()`."""
    _for_any.append(verb)
    for resource in declared():
        if resource.has_trash and resource.action(verb.name) is None:
            type(resource).actions = (*resource.actions, verb.about(resource.model))


def extend(key: str, *, actions: Sequence[Action] = (), fields: Sequence[Field] = ()) -> None:
    """Give a kind of record of a lower room verbs and computed fields of one above; called in that room's
    `resources.py`."""
    resource = _by_key[key]
    declaration = type(resource)
    declaration.actions = (*declaration.actions, *actions)
    declaration.composites = (*declaration.composites, *fields)
    resource.__dict__.pop("declared", None)


def verbs_for(model: type[models.Model]) -> tuple[Action, ...]:
    """The verbs that fit any record, about the records of a model."""
    return tuple(verb.about(model) for verb in _for_any)


def declared() -> list[Resource]:
    """The resources of the installed rooms: the same in every database."""
    return list(_by_key.values())


def all_resources() -> list[Resource]:
    """Those, and what administrators made in the database in use."""
    return [*_by_key.values(), *editions.current().resources.values()]


def find(key: str) -> Resource | None:
    """The resource of a key, or None: for what is told of a kind of record that may be no more."""
    found = _by_key.get(key)
    if found is None and key.startswith(MADE_HERE):
        return editions.current().resources.get(key)
    return found


def get(key: str) -> Resource:
    """The resource of a key ("contact"). Raises Missing."""
    found = find(key)
    if found is None:
        raise Missing()
    return found


def by_plural(plural: str) -> Resource:
    """The resource of a plural as it stands in URLs ("contacts"). Raises Missing."""
    others = editions.current().resources.values() if plural.startswith(MADE_HERE) else ()
    for resource in (*_by_key.values(), *others):
        if resource.plural == plural:
            return resource
    raise Missing()


def of(model: type[models.Model] | models.Model) -> Resource:
    """The resource that declares a model or a record's model. Raises Missing."""
    return get(model._meta.model_name or "")
