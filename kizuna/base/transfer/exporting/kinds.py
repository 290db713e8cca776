"""The kinds of file that records can leave as."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.resources.resource import Resource
from kizuna.base.resources.table import Row
from kizuna.base.transfer.exporting import parquet
from kizuna.base.transfer.exporting.cards import Cards, has_cards
from kizuna.base.transfer.exporting.files import Writer
from kizuna.base.transfer.exporting.objects import ObjectLines
from kizuna.base.transfer.exporting.shapes import Output, Shape
from kizuna.base.transfer.exporting.workbooks import Workbook


class Table:
    """CSV in the encoding asked for; `tab` separates instead of commas in TSV."""

    def __init__(self, shape: Shape, encoding: str, delimiter: str = ",") -> None:
        self._shape = shape
        self._writer = Writer(encoding, delimiter)

    @property
    def replaced(self) -> int:
        return self._writer.replaced

    def begin(self) -> bytes:
        return self._writer.rows([self._shape.header])

    def rows(self, rows: Iterable[Row]) -> bytes:
        return self._writer.rows(map(self._shape.texts, rows))

    def end(self) -> bytes:
        return b""


@dataclass(frozen=True)
class ExportKind:
    """One of them: how it is called, the end of its files' names, and what writes it. `has_columns` says whether one
    chooses them, `has_encoding` whether it can be in several.
    """

    key: str
    label: Any
    suffix: str
    content_type: str
    output: Callable[[Shape, str], Output]
    has_encoding: bool = False
    has_columns: bool = True
    is_offered: Callable[[Resource], bool] = lambda resource: True


EXPORT_KINDS = {
    kind.key: kind
    for kind in (
        ExportKind("csv", _("CSV"), "csv", "text/csv", Table, has_encoding=True),
        ExportKind(
            "xlsx",
            _("Excel workbook"),
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            lambda shape, encoding: Workbook(shape),
        ),
        ExportKind(
            "tsv",
            _("Text with tabs (TSV)"),
            "tsv",
            "text/tab-separated-values",
            lambda shape, encoding: Table(shape, encoding, "\t"),
            has_encoding=True,
        ),
        ExportKind(
            "jsonl", _("JSON lines"), "jsonl", "application/x-ndjson", lambda shape, encoding: ObjectLines(shape)
        ),
        ExportKind(
            "vcf",
            _("vCard 3, for address books"),
            "vcf",
            "text/vcard",
            lambda shape, encoding: Cards(shape, "3.0"),
            has_columns=False,
            is_offered=has_cards,
        ),
        ExportKind(
            "vcf4",
            _("vCard 4"),
            "vcf",
            "text/vcard",
            lambda shape, encoding: Cards(shape, "4.0"),
            has_columns=False,
            is_offered=has_cards,
        ),
        ExportKind(
            "parquet",
            _("Parquet, for analytics"),
            "parquet",
            "application/vnd.apache.parquet",
            lambda shape, encoding: parquet.Parquet(shape),
            is_offered=lambda resource: parquet.is_possible(),
        ),
    )
}


def kinds_of(resource: Resource) -> list[ExportKind]:
    """Those in which records of a kind can leave this installation."""
    return [kind for kind in EXPORT_KINDS.values() if kind.is_offered(resource)]
