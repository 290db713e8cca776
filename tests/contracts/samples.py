"""A record of any resource, made from its fields alone; only nouns with rules of their own need a recipe here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kizuna.base.identity.models import User
from kizuna.base.identity.system import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.fields import Choice, Day, Relation
from kizuna.base.resources.resource import Resource

Recipe = Callable[[User | None, str], dict[str, Any]]


def _about_a_contact(owner: User | None, word: str) -> dict[str, Any]:
    return {"body": word, "contact": make(registry.get("contact"), owner, word).pk}


def _between_two(owner: User | None, word: str) -> dict[str, Any]:
    first, second = (make(registry.get("contact"), owner, word).pk for _ in range(2))
    return {"from_contact": first, "to_contact": second, "kind": "friend"}


def _asked_to_a_meeting(owner: User | None, word: str) -> dict[str, Any]:
    meeting, guest = (make(registry.get(key), owner, word).pk for key in ("meeting", "contact"))
    return {"meeting": meeting, "contact": guest}


RECIPES: dict[str, Recipe] = {
    "attendee": _asked_to_a_meeting,
    "contact": lambda owner, word: {"family_name": word},
    "note": _about_a_contact,
    "relationship": _between_two,
}


def make(resource: Resource, owner: User | None, word: str) -> Record:
    """A stored record owned by `owner`, with `word` in its name."""
    recipe = RECIPES.get(resource.key)
    values = recipe(owner, word) if recipe else _plain(resource, owner, word)
    return records.create(actor=SYSTEM, resource=resource, values=values | {"owner": owner.pk if owner else None})


def _plain(resource: Resource, owner: User | None, word: str) -> dict[str, Any]:
    """A value for the title and for every field that is needed."""
    values: dict[str, Any] = {}
    for name, field in resource.writable_fields(SYSTEM).items():
        if isinstance(field, Relation) and field.required:
            values[name] = make(field.target, owner, word).pk
        elif isinstance(field, Choice) and field.required:
            values[name] = field.choices[0][0]
        elif isinstance(field, Day) and field.required:
            values[name] = "2026-11-20"
        elif name == resource.title or field.required:
            values[name] = word
    return values


def all_nouns() -> list[Resource]:
    """Every resource that people create: those of rooms to come are walked without another line here."""
    return [resource for resource in registry.declared() if "create" in resource.operations]
