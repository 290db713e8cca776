"""Every resource of the installed rooms, by key, by plural and by model. Filled when `resources.py` modules load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from kizuna.base.types.errors import Missing

if TYPE_CHECKING:
    from kizuna.base.resources.actions import Action
    from kizuna.base.resources.resource import Resource

_by_key: dict[str, Resource] = {}


def register(declaration: type[Resource]) -> type[Resource]:
    """Class decorator: make a resource known to every consumer. Two with one key or plural are refused."""
    resource = declaration()
    for other in _by_key.values():
        if resource.key == other.key or resource.plural == other.plural:
            raise ValueError(f"{declaration.__name__} and {type(other).__name__} have the same key or plural.")
    _by_key[resource.key] = resource
    return declaration


def offer(verb: Action) -> None:
    """Give a verb that fits any record to every kind of record that is there; called in `apps.ready()`."""
    for resource in all_resources():
        if resource.has_trash and resource.action(verb.name) is None:
            type(resource).actions = (*resource.actions, verb.about(resource.model))


def all_resources() -> list[Resource]:
    return list(_by_key.values())


def get(key: str) -> Resource:
    """The resource of a key ("contact"). Raises Missing."""
    if key not in _by_key:
        raise Missing()
    return _by_key[key]


def by_plural(plural: str) -> Resource:
    """The resource of a plural as it stands in URLs ("contacts"). Raises Missing."""
    for resource in _by_key.values():
        if resource.plural == plural:
            return resource
    raise Missing()


def of(model: type[models.Model] | models.Model) -> Resource:
    """The resource that declares a model or a record's model. Raises Missing."""
    return get(model._meta.model_name or "")
