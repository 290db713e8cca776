"""Fields from a model: each Django column becomes the kind of field that fits it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from kizuna.base.resources import fields as kinds
from kizuna.base.types import columns

if TYPE_CHECKING:
    from kizuna.base.resources.resource import Resource

PLUMBING = {"id", "version", "deleted_at", "custom"}
DERIVED_MOMENTS = {"created_at", "updated_at", "created_by", "updated_by"}


def fields_of(resource: Resource) -> dict[str, kinds.Field]:
    """All fields of a resource by name: declared composites first, then the model's columns in their order."""
    found: dict[str, kinds.Field] = {field.name: field for field in resource.composites}
    for column in resource.model._meta.concrete_fields:
        name = column.name
        if name in PLUMBING or name in found or name in resource.exclude or is_companion(column):
            continue
        found[name] = field_for(resource, column)
    for field in found.values():
        field.resource = resource
    return found


def is_companion(column: models.Field) -> bool:
    """Columns that belong to another field: sort keys and folded names, the currency beside an amount, and what stands
    beside the latitude of a position."""
    if isinstance(column, columns.SortKeyField | columns.FoldedNamesField):
        return True
    beside, _underscore, suffix = column.name.rpartition("_")
    kind = {"currency": columns.MoneyField, "lon": columns.PositionField, "told": columns.PositionField}.get(suffix)
    return kind is not None and isinstance(_column(column.model, beside), kind)


def _column(model: type[models.Model], name: str) -> models.Field | None:
    return next((column for column in model._meta.concrete_fields if column.name == name), None)


def field_for(resource: Resource, column: models.Field) -> kinds.Field:
    """The field of one column. Raises TypeError for a column that no kind of field fits."""
    options = {
        "required": column.editable and not column.blank and not column.null and not column.has_default(),
        "editable": column.editable and column.name not in resource.read_only,
        "help": column.help_text,
        "default": None if column.default is models.NOT_PROVIDED or callable(column.default) else column.default,
    }
    label = column.verbose_name
    name = column.name
    if name == resource.title and isinstance(column, (models.CharField, models.TextField)):
        sort_key = "sort_key" if _column(resource.model, "sort_key") else ""
        return kinds.Title(
            name,
            label,
            max_length=column.max_length or 500,
            reading_path=resource.reading,
            sort_path=sort_key,
            key=name in resource.match_keys,
            **options,
        )
    for column_type, make in MAKERS:
        if isinstance(column, column_type):
            return make(resource, column, options)
    raise TypeError(f"{resource.model.__name__}.{name}: no kind of field fits {type(column).__name__}.")


def _relation(resource: Resource, column: Any, options: dict[str, Any]) -> kinds.Field:
    target = column.remote_field.model._meta.model_name
    return kinds.Relation(column.name, column.verbose_name, target=target, **options)


def _choice_or(make: Any) -> Any:
    def choose(resource: Resource, column: Any, options: dict[str, Any]) -> kinds.Field:
        if column.choices:
            return kinds.Choice(column.name, column.verbose_name, choices=column.choices, **options)
        return make(resource, column, options)

    return choose


def _text(resource: Resource, column: Any, options: dict[str, Any]) -> kinds.Field:
    kind = {models.URLField: kinds.Link, models.EmailField: kinds.Email}.get(type(column), kinds.Text)
    key = column.name in resource.match_keys
    return kind(column.name, column.verbose_name, max_length=column.max_length, key=key, **options)


def _long_text(resource: Resource, column: Any, options: dict[str, Any]) -> kinds.Field:
    return kinds.LongText(column.name, column.verbose_name, max_length=column.max_length or 20_000, **options)


def _number(resource: Resource, column: Any, options: dict[str, Any]) -> kinds.Field:
    minimum = 0 if isinstance(column, models.PositiveIntegerField | models.PositiveSmallIntegerField) else None
    limit = 10 ** (column.max_digits - column.decimal_places) if isinstance(column, models.DecimalField) else None
    whole = 32_767 if isinstance(column, models.SmallIntegerField | models.PositiveSmallIntegerField) else 2_147_483_647
    kind = kinds.Percent if column.name in resource.percents else kinds.Number
    return kind(
        column.name,
        column.verbose_name,
        places=getattr(column, "decimal_places", 0),
        minimum=minimum,
        maximum=limit - 1 if limit else whole,
        **options,
    )


def _simple(kind: Any) -> Any:
    def make(resource: Resource, column: Any, options: dict[str, Any]) -> kinds.Field:
        return kind(column.name, column.verbose_name, **options)

    return make


def _points(resource: Resource, column: Any, options: dict[str, Any]) -> kinds.Field:
    return kinds.Points(column.name, column.verbose_name, point_kind=column.point_kind, **options)


MAKERS: list[tuple[type[models.Field], Any]] = [
    (models.ForeignKey, _relation),
    (columns.TagsField, _simple(kinds.Tags)),
    (columns.PointsField, _points),
    (columns.MoneyField, _simple(kinds.MoneyAmount)),
    (columns.PositionField, _simple(kinds.MapPosition)),
    (models.CharField, _choice_or(_text)),
    (models.TextField, _long_text),
    (models.BooleanField, _simple(kinds.Flag)),
    (models.DateTimeField, _simple(kinds.Moment)),
    (models.DateField, _simple(kinds.Day)),
    (models.IntegerField, _choice_or(_number)),
    (models.DecimalField, _number),
]
