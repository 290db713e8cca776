"""Which records are meant: those that were ticked, or all that match, as plain data that a job can ask again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from kizuna.base import conditions
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.schema import ResourceSchema
from kizuna.base.search import queries as search

ALL, MINE, TRASH = "all", "mine", "trash"


def base(resource: Resource, actor: Any, view: str) -> QuerySet:
    """What the actor sees of a kind of record, or owns, or may bring back from the trash; in no order."""
    if view == TRASH and resource.has_trash:
        return resource.model._default_manager.trashed().permitted(actor, "delete")
    rows = resource.listed_to(actor)
    return rows.filter(owner_id=actor.pk) if view == MINE and resource.has_trash else rows


def matching(resource: Resource, actor: Any, *, view: str = ALL, tree: Any = None, text: str = "") -> QuerySet:
    """The rows of a view that match a condition and a search. Raises InvalidCondition."""
    rows = base(resource, actor, view)
    if tree:
        schema = ResourceSchema(resource, actor)
        rows = rows.filter(conditions.compile(tree, schema=schema, viewer=actor))
    return rows.filter(search.matching(resource, actor, text)) if text else rows


@dataclass(frozen=True)
class Selection:
    """`ids` are the records that were ticked; without them all that match are meant."""

    view: str = ALL
    condition: str = ""
    search: str = ""
    ids: tuple[int, ...] | None = None

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Selection:
        ids = kept.get("ids")
        return cls(kept["view"], kept["condition"], kept["search"], None if ids is None else tuple(ids))

    def to_json(self) -> dict[str, Any]:
        ids = None if self.ids is None else list(self.ids)
        return {"view": self.view, "condition": self.condition, "search": self.search, "ids": ids}

    def rows(self, resource: Resource, actor: Any) -> QuerySet:
        """The records as they are now. Raises InvalidCondition. Those that were ticked are meant even if the list
        has come to show others since."""
        if self.ids is not None:
            return base(resource, actor, TRASH if self.view == TRASH else ALL)
        tree = conditions.parse(self.condition)
        return matching(resource, actor, view=self.view, tree=tree, text=self.search)
