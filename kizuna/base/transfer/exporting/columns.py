"""Columns of an export, made so that an import understands them again: parts and labels have columns of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F, Func, IntegerField, Max, QuerySet

from kizuna.base.resources import fields
from kizuna.base.resources.fields import Field, Points
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.mapping.targets import Target, label_of
from kizuna.base.types import points
from kizuna.base.types.addresses import PARTS
from kizuna.base.types.positions import EXACT

Say = Callable[[Any], str]


TEXT, WHOLE, DECIMAL, MONEY, DAY, MOMENT, FLAG = "text", "whole", "decimal", "money", "day", "moment", "flag"


@dataclass(frozen=True)
class Column:
    """One column: its header, the text of a row's value of the field, and for formats that have types what it is.

    `is_editable` says that it comes in again, so that nothing of it may be lost for the sake of its type.
    """

    header: str
    say: Say
    kind: str = TEXT
    is_editable: bool = True


def columns_of(resource: Resource, chosen: Sequence[Field], rows: QuerySet, reader: Reader) -> list[list[Column]]:
    """The columns of each field. Fields of several points get as many as the record with the most points needs."""
    counts = _most_points([field for field in chosen if isinstance(field, Points)], rows)
    return [list(_columns(resource, field, counts.get(field.name, 1), reader)) for field in chosen]


def _most_points(chosen: Sequence[Points], rows: QuerySet) -> dict[str, int]:
    """The largest number of points in any row, per field: one pass over the rows."""
    if not chosen:
        return {}
    function = "jsonb_array_length" if connection.vendor == "postgresql" else "json_array_length"
    lengths = {field.name: Max(Func(F(field.path), function=function, output_field=IntegerField())) for field in chosen}
    found = rows.order_by().aggregate(**{f"most_{name}": length for name, length in lengths.items()})
    return {field.name: max(1, found[f"most_{field.name}"] or 1) for field in chosen}


def _columns(resource: Resource, field: Field, count: int, reader: Reader) -> list[Column]:
    if not isinstance(field, Points):
        return [Column(str(field.label), say(field, reader), _kind(field), field.editable)]
    found = []
    for place in range(count):
        number = place + 1 if count > 1 else 0
        parts = PARTS if field.point_kind == "address" else ("",)
        for part in parts:
            header = label_of(Target(field.name, part), resource, number=number)
            found.append(Column(header, _point(place, part or "value")))
        header = label_of(Target(field.name, "label"), resource, number=number)
        found.append(Column(header, _label(place, field.point_kind)))
    return found


def _kind(field: Field) -> str:
    if isinstance(field, fields.Number):
        return DECIMAL if field.places else WHOLE
    found: dict[type, str] = {fields.MoneyAmount: MONEY, fields.Day: DAY, fields.Moment: MOMENT, fields.Flag: FLAG}
    return next((found[one] for one in type(field).__mro__ if one in found), TEXT)


def _point(place: int, part: str) -> Say:
    def say(value: Any) -> str:
        return str(_nth(value, place).get(part) or "")

    return say


def _label(place: int, kind: str) -> Say:
    def say(value: Any) -> str:
        label = _nth(value, place).get("label")
        return str(points.label_of(kind, label)) if label else ""

    return say


def _nth(value: Any, place: int) -> dict[str, Any]:
    """The primary point first, the others as they stand."""
    ordered = sorted(value or (), key=lambda point: not point.get("primary"))
    return ordered[place] if place < len(ordered) else {}


def say(field: Field, reader: Reader) -> Say:
    """The value as data: days as ISO, numbers plain, words in the reader's language."""
    if isinstance(field, fields.Tags) and not isinstance(field, fields.Choices):
        return _tags
    if isinstance(field, fields.Day | fields.Number):
        return lambda value: "" if value is None else _plain(value)
    if isinstance(field, fields.Moment):
        return lambda value: "" if value is None else value.astimezone(reader.zone).isoformat()
    if isinstance(field, fields.MoneyAmount):
        return lambda value: "" if value is None else f"{_plain(value.amount)} {value.currency}"
    if isinstance(field, fields.MapPosition):
        # One that was worked out from the address would come in again as exact.
        return lambda value: field.to_text(value, reader) if value and value.precision == EXACT else ""
    return lambda value: field.to_text(value, reader)


def _plain(value: dt.date | Decimal | int) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _tags(value: Any) -> str:
    words = list(value or ())
    if len(words) == 1 and any(sign in words[0] for sign in ",;、"):
        words *= 2  # one word with a comma would come in again as two; twice the same is one
    between = " ::: " if any(sign in word for word in words for sign in ",;、") else ", "
    return between.join(words)
