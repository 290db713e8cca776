"""JSON lines: one record to a line, with lists for what a record has several of, under the names that the API uses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec

from kizuna.base.resources import fields
from kizuna.base.resources.fields import Field, Points
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.table import Row
from kizuna.base.transfer.exporting.columns import say
from kizuna.base.transfer.exporting.shapes import Shape
from kizuna.base.transfer.mapping.targets import ID
from kizuna.base.types.addresses import PARTS


class ObjectLines:
    """UTF-8 has every character, so nothing is replaced."""

    def __init__(self, shape: Shape) -> None:
        self.replaced = 0
        self._shape = shape
        self._encoder = msgspec.json.Encoder()

    def begin(self) -> bytes:
        return b""

    def rows(self, rows: Iterable[Row]) -> bytes:
        return self._encoder.encode_lines(map(self._object, rows))

    def end(self) -> bytes:
        return b""

    def _object(self, row: Row) -> dict[str, Any]:
        found: dict[str, Any] = {ID: self._shape.ref(row)} if self._shape.with_ids else {}
        for field, value in zip(self._shape.fields, row.values, strict=True):
            found[field.name] = data_of(field, value, self._shape.reader)
        return found


def data_of(field: Field, value: Any, reader: Reader) -> Any:
    """A value as JSON has it and an import understands it."""
    if value is None:
        return None
    if isinstance(field, Points):
        ordered = sorted(value, key=lambda one: not one.get("primary"))  # an import takes the first for the primary one
        return [_point(one, field.point_kind) for one in ordered]
    if isinstance(field, fields.Tags):
        return list(value)
    if isinstance(field, fields.MoneyAmount):
        return {"amount": f"{value.amount:f}", "currency": value.currency}
    if isinstance(field, fields.Moment):
        return value.astimezone(reader.zone).isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dt.date | bool | int):
        return value.isoformat() if isinstance(value, dt.date) else value
    return field.to_json(value) if isinstance(field, fields.Choice) else say(field, reader)(value)


def _point(point: dict[str, Any], kind: str) -> dict[str, Any]:
    parts = PARTS if kind == "address" else ("value",)
    found: dict[str, Any] = {part: point[part] for part in parts if point.get(part)}
    return found | {"label": point.get("label", "")}
