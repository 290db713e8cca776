"""What records are called, for one reader: the one place that asks whether they may know it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader

if TYPE_CHECKING:
    from kizuna.base.resources.resource import Resource


def titles_of(resource: Resource, actor: Any, rows: QuerySet) -> dict[int, str]:
    """The titles of rows that the actor may see, by id, in one query. What is called nothing, or by a title that is
    hidden from the actor, is called by its number: "#7"."""
    if not resource.is_named_to(actor):
        return {pk: f"#{pk}" for pk in rows.values_list("pk", flat=True)}
    field, reader = resource.title_field, Reader.of(actor)
    found = rows.values_list("pk", *field.paths)
    return {pk: field.to_text(field.value(columns), reader) or f"#{pk}" for pk, *columns in found}


def title_of(record: Any, actor: Any) -> str:
    """The same of one record that is at hand."""
    resource = registry.of(record)
    field = resource.title_field
    words = field.to_text(field.read(record), Reader.of(actor)) if resource.is_named_to(actor) else ""
    return words or f"#{record.pk}"


Finder = Callable[["Resource", Any, str], Sequence[int]]

_finders: list[Finder] = []


def find_with(finder: Finder) -> None:
    """Say how records are found by their titles; called where the search loads, which knows titles of millions."""
    _finders.append(finder)


def called(resource: Resource, actor: Any, title: str) -> list[int]:
    """The records that the actor sees under this title: none, one, or enough to know that there are several."""
    return list(dict.fromkeys(pk for find in _finders for pk in find(resource, actor, title)))
