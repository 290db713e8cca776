"""Parquet: typed columns for analytics, in groups of rows. Needs pyarrow: `pip install kizuna[parquet]`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from typing import Any

from kizuna.base.resources import fields
from kizuna.base.resources.fields import Field, Points
from kizuna.base.resources.table import Row
from kizuna.base.transfer.exporting.objects import data_of
from kizuna.base.transfer.exporting.shapes import Shape
from kizuna.base.transfer.mapping.targets import ID
from kizuna.base.types.addresses import PARTS

GROUP = 20_000  # rows
MONEY_PLACES = 6
Column = tuple[str, Any, Callable[[Any], Any]]
"""A name, its Arrow type, and what makes a value of it."""


def is_possible() -> bool:
    return find_spec("pyarrow") is not None


class _Pipe:
    """A file that is taken away as it is written."""

    closed = False

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        self._size += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._size

    def flush(self) -> None:
        """Everything is here already."""

    def close(self) -> None:
        self.closed = True

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


class Parquet:
    """Names of columns are those of the fields; money is an amount and a currency; lists are lists."""

    def __init__(self, shape: Shape) -> None:
        import pyarrow
        from pyarrow import parquet

        self.replaced = 0
        self._arrow, self._shape = pyarrow, shape
        self._columns = [self._of(field) for field in shape.fields]
        ids = [(ID, pyarrow.string())] if shape.with_ids else []
        named = [(name, kind) for found in self._columns for name, kind, _make in found]
        self._schema = pyarrow.schema([*ids, *named])
        self._pipe = _Pipe()
        self._writer = parquet.ParquetWriter(self._pipe, self._schema, compression="zstd")
        self._waiting: list[Row] = []

    def begin(self) -> bytes:
        return self._pipe.take()

    def rows(self, rows: Iterable[Row]) -> bytes:
        self._waiting.extend(rows)
        if len(self._waiting) >= GROUP:
            self._write()
        return self._pipe.take()

    def end(self) -> bytes:
        self._write()
        self._writer.close()
        return self._pipe.take()

    def _write(self) -> None:
        rows, self._waiting = self._waiting, []
        if not rows:
            return
        data = [[self._shape.ref(row) for row in rows]] if self._shape.with_ids else []
        for place, found in enumerate(self._columns):
            data += [[make(row.values[place]) for row in rows] for _name, _kind, make in found]
        arrays = [self._arrow.array(values, kind.type) for values, kind in zip(data, self._schema, strict=True)]
        self._writer.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))

    def _of(self, field: Field) -> list[Column]:
        arrow, reader = self._arrow, self._shape.reader
        if isinstance(field, fields.MoneyAmount):
            amount = arrow.decimal128(38, MONEY_PLACES)
            return [
                (field.name, amount, lambda value: None if value is None else round(value.amount, MONEY_PLACES)),
                (f"{field.name}_currency", arrow.string(), lambda value: None if value is None else value.currency),
            ]
        if isinstance(field, fields.Number) and field.places:
            places = field.places
            kind = arrow.decimal128(38, places)
            return [(field.name, kind, lambda value: None if value is None else round(value, places))]
        if isinstance(field, fields.Moment):
            return [(field.name, arrow.timestamp("us", tz="UTC"), lambda value: value and value.astimezone(dt.UTC))]
        if isinstance(field, Points):
            parts = PARTS if field.point_kind == "address" else ("value",)
            point = arrow.struct([(part, arrow.string()) for part in (*parts, "label")])
            return [(field.name, arrow.list_(point), lambda value: data_of(field, value, reader))]
        return [(field.name, self._plain(field), _as_it_is if _is_typed(field) else self._text(field))]

    def _plain(self, field: Field) -> Any:
        arrow = self._arrow
        kinds: Mapping[type[Field], Any] = {
            fields.Number: arrow.int64(),
            fields.Day: arrow.date32(),
            fields.Flag: arrow.bool_(),
            fields.Tags: arrow.list_(arrow.string()),
        }
        return next((kind for one, kind in kinds.items() if isinstance(field, one)), arrow.string())

    def _text(self, field: Field) -> Callable[[Any], str | None]:
        reader = self._shape.reader
        return lambda value: None if value is None else str(data_of(field, value, reader))


def _is_typed(field: Field) -> bool:
    return isinstance(field, fields.Number | fields.Day | fields.Flag | fields.Tags)


def _as_it_is(value: Any) -> Any:
    return value
