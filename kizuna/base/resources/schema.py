"""The conditions that may be asked about a resource: its readable fields, and the records that point to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from typing import Any

from django.db import models

from kizuna.base.conditions.schema import ConditionField, ConditionRelated
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Missing


class ResourceSchema:
    """Answers the condition compiler for one resource and one viewer; what the viewer may not read is not there."""

    def __init__(self, resource: Resource, viewer: Any) -> None:
        self.resource, self.viewer = resource, viewer

    @property
    def model(self) -> type[models.Model]:
        return self.resource.model

    @cached_property
    def _fields(self) -> Mapping[str, ConditionField]:
        asked = {name: field.condition() for name, field in self.resource.readable_fields(self.viewer).items()}
        return {name: condition for name, condition in asked.items() if condition is not None}

    def field(self, name: str) -> ConditionField | None:
        return self._fields.get(name)

    def fields(self) -> Sequence[ConditionField]:
        return tuple(self._fields.values())

    @cached_property
    def _related(self) -> Mapping[str, ConditionRelated]:
        """Resources with a relation to this one. A second relation from the same resource is named plural.field."""
        found: dict[str, ConditionRelated] = {}
        for panel in self.resource.related_lists:
            if panel.field.name not in panel.resource.readable_fields(self.viewer):
                continue
            name = panel.resource.plural if panel.resource.plural not in found else panel.name
            found[name] = ConditionRelated(
                name=name,
                label=panel.label,
                model=panel.resource.model,
                path=panel.field.id_path,
                schema=partial(ResourceSchema, panel.resource, self.viewer),
                visible=panel.resource.visible_predicate,
            )
        return found

    def related(self, name: str) -> ConditionRelated | None:
        return self._related.get(name)

    def all_related(self) -> Sequence[ConditionRelated]:
        return tuple(self._related.values())

    def target(self, key: str) -> ResourceSchema | None:
        """The schema at the other end of a relation, for dotted names such as "company.industry"."""
        try:
            return ResourceSchema(registry.get(key), self.viewer)
        except Missing:
            return None
