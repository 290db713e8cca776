"""Everything that can point to a record of a kind, found in the models and in the custom fields of the edition."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.text import capfirst

from kizuna.base.records.models import CustomRecord, Record
from kizuna.base.resources import registry
from kizuna.base.resources.fields.kept import KeptRelation
from kizuna.base.resources.resource import Resource
from kizuna.base.types import ties
from kizuna.base.types.custom_values import COLUMN, path_of


@dataclass(frozen=True)
class Relation:
    """Rows of `model` that point to records of the kind `target` by `column`; `rule` says what a merge does to them."""

    model: type[models.Model]
    column: str
    target: str
    rule: ties.Rule
    number: int = 0
    """Of the custom field whose value it is."""
    is_reference: bool = False
    """Whether the column stands beside `resource`."""

    @property
    def label(self) -> str:
        """The name of the table, as it is kept: "timeline.note", or the key of a custom object."""
        is_made = issubclass(self.model, CustomRecord)
        return self.model._meta.model_name or "" if is_made else self.model._meta.label_lower

    @property
    def name(self) -> str:
        """The column as it is kept; that of a custom field by its number."""
        return f"{COLUMN}.{self.number}" if self.number else self.column

    @property
    def called(self) -> Any:
        """What people call the rows."""
        return getattr(self.model, "rows_called", self.model._meta.verbose_name_plural)

    @property
    def path(self) -> str:
        return path_of("id", self.number) if self.number else self.column

    @property
    def is_record(self) -> bool:
        return issubclass(self.model, Record)

    @cached_property
    def foreign_key(self) -> Any:
        """The column itself, of the model."""
        return next(one for one in self.model._meta.concrete_fields if one.attname == self.column)

    @cached_property
    def resource(self) -> Resource | None:
        """What the rows are to people; None for what is part of a record's page, such as comments."""
        return registry.find(self.model._meta.model_name or "") if self.is_record else None

    @cached_property
    def field(self) -> str:
        """The name of the field of that resource."""
        if self.resource is None:
            return ""
        if self.number:
            return next(
                (one.name for one in self.resource.fields.values() if getattr(one, "number", 0) == self.number), ""
            )
        return self.model._meta.get_field(self.column.removesuffix("_id")).name

    def rows(self, ids: Collection[int]) -> models.QuerySet:
        """The rows that point to one of these records, those in the trash too."""
        of_kind = {"resource": self.target} if self.is_reference else {}
        return self.model._default_manager.filter(**{f"{self.path}__in": tuple(ids)}, **of_kind)


def table_called(label: str) -> str:
    """What people call the rows of a table that is kept by its label; the label where there is no such table now."""
    resource = registry.find(label)
    if resource is not None:
        return str(capfirst(resource.plural_label))
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return label
    return str(capfirst(getattr(model, "rows_called", model._meta.verbose_name_plural)))


def relations_to(key: str) -> list[Relation]:
    """Everything that points to records of a kind, and moves when they are merged."""
    return [one for one in every_relation_to(key) if not isinstance(one.rule, ties.Leave)]


def every_relation_to(key: str) -> Iterator[Relation]:
    for model in apps.get_models(include_auto_created=True):
        yield from _of_model(model, key)
    for resource in registry.all_resources():
        for field in resource.fields.values():
            if isinstance(field, KeptRelation) and field.target_key == key:
                yield Relation(resource.model, COLUMN, key, ties.Move(), number=field.number)


def _of_model(model: Any, key: str) -> Iterator[Relation]:
    if model._meta.proxy:
        return
    rules = rules_of(model)
    for column in model._meta.local_concrete_fields:
        if column.remote_field and column.remote_field.model._meta.model_name == key:
            rule = rules.get(column.name, ties.Unite() if model._meta.auto_created else ties.Move())
            yield Relation(model, column.attname, key, rule)
        elif column.name in rules and not column.remote_field and is_reference(model):
            yield Relation(model, column.attname, key, rules[column.name], is_reference=True)


def rules_of(model: Any) -> ties.Rules:
    return getattr(model, "when_merged", {})


def is_reference(model: Any) -> bool:
    """Whether the rows say of which kind the record is that they point to."""
    return any(column.name == "resource" for column in model._meta.local_concrete_fields)
