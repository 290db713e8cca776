"""What is written: the columns of an export, for whom, and the rows as every format takes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from kizuna.base.resources.fields import Field
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.table import Row
from kizuna.base.transfer.exporting.columns import Column, columns_of
from kizuna.base.transfer.mapping.targets import ID, Target, label_of
from kizuna.base.types.refs import RecordRef


@dataclass(frozen=True)
class Shape:
    """An export before it is written. `rows` are all of its records, `fields` what each row's values are of."""

    resource: Resource
    fields: Sequence[Field]
    rows: Any
    reader: Reader
    with_ids: bool

    @cached_property
    def columns(self) -> list[list[Column]]:
        """The columns of each field. Asks the database how many points there are at most."""
        return columns_of(self.resource, self.fields, self.rows, self.reader)

    @property
    def header(self) -> list[str]:
        ids = [label_of(Target(ID), self.resource)] if self.with_ids else []
        return [*ids, *(column.header for found in self.columns for column in found)]

    def ref(self, row: Row) -> str:
        return str(RecordRef(self.resource.key, row.id))

    def texts(self, row: Row) -> list[str]:
        """A row as texts, one for each of `header`."""
        ids = [self.ref(row)] if self.with_ids else []
        pairs = zip(self.columns, row.values, strict=True)
        return ids + [column.say(value) for found, value in pairs for column in found]


class Output(Protocol):
    """Writes one export: `begin`, `rows` as often as there are pages, `end`. `replaced` counts lost characters."""

    @property
    def replaced(self) -> int: ...

    def begin(self) -> bytes: ...

    def rows(self, rows: Iterable[Row]) -> bytes: ...

    def end(self) -> bytes: ...
