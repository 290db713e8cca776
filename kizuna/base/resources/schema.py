"""The conditions that may be asked about a resource: its readable fields, and the records that point to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kizuna.base.conditions.schema import ConditionField, ConditionRelated
from kizuna.base.resources import registry
from kizuna.base.resources.fields import Relation
from kizuna.base.resources.resource import Resource


@dataclass
class ResourceSchema:
    """Answers the condition compiler for one resource and one viewer; what the viewer may not read is not there."""

    resource: Resource
    viewer: Any
    _fields: dict[str, ConditionField] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, described in self.resource.readable_fields(self.viewer).items():
            condition = described.condition()
            if condition is not None:
                self._fields[name] = condition

    def field(self, name: str) -> ConditionField | None:
        return self._fields.get(name)

    def fields(self) -> list[ConditionField]:
        return list(self._fields.values())

    def target(self, key: str) -> ResourceSchema:
        """The schema at the other end of a relation, for dotted names such as "company.industry"."""
        return ResourceSchema(registry.get(key), self.viewer)

    def related(self, name: str) -> ConditionRelated | None:
        return next((found for found in self.all_related() if found.name == name), None)

    def all_related(self) -> list[ConditionRelated]:
        """Resources with a relation to this one. A second relation from the same resource is named plural.field."""
        found: list[ConditionRelated] = []
        names: set[str] = set()
        for panel in self.resource.related_lists:
            if not self._may_ask(panel.resource, panel.field):
                continue
            name = panel.resource.plural if panel.resource.plural not in names else panel.name
            names.add(name)
            found.append(
                ConditionRelated(
                    name=name,
                    label=panel.resource.plural_label,
                    model=panel.resource.model,
                    path=panel.field.id_path,
                    schema=lambda resource=panel.resource: ResourceSchema(resource, self.viewer),
                    visible=panel.resource.visible_predicate,
                )
            )
        return found

    def _may_ask(self, resource: Resource, through: Relation) -> bool:
        return through.name in resource.readable_fields(self.viewer)
