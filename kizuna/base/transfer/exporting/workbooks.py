"""An Excel workbook, written as it goes: numbers, days and moments are of their types, everything else is text.

No part of it is held: a sheet is a stream within a zip that never looks back. Formulas cannot happen, since every text
is a cell of text; one that looks like a formula is marked so that it stays text when somebody edits it.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from kizuna.base.resources.table import Row
from kizuna.base.transfer.exporting import columns as kinds
from kizuna.base.transfer.exporting.columns import Column
from kizuna.base.transfer.exporting.shapes import Shape
from kizuna.base.transfer.formulas import guarded, literal

LAST_ROW = 1_048_576
LONGEST = 32_767
MOST_DIGITS = 15
_FIRST_DAY = dt.date(1900, 3, 1)  # before it Excel counts a day that never was
_EPOCH = dt.datetime(1899, 12, 30)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BREAKS = {"\r": "&#13;"}
_NO_TITLE = re.compile(r"[\[\]:*?/\\]")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FROZEN = (
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" '
    'state="frozen"/></sheetView></sheetViews>'
)
_FORMATS = ("General", "@", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "General")
_PLAIN, _TEXT, _DAY, _MOMENT, _HEADER = range(5)
_BOLD = "b"


class _Pipe:
    """What a zip is written into, and taken from again piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: Any) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Everything is here already."""

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


class Workbook:
    """One sheet for every million rows."""

    def __init__(self, shape: Shape) -> None:
        self.replaced = 0
        self._shape = shape
        self._pipe = _Pipe()
        pipe: Any = self._pipe
        self._zip = zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=3)
        self._currencies: dict[str, int] = {}
        self._sheets = 0
        self._line = 0
        self._sheet: IO[bytes]

    def begin(self) -> bytes:
        self._open_sheet()
        return self._pipe.take()

    def rows(self, rows: Iterable[Row]) -> bytes:
        for row in rows:
            if self._line >= LAST_ROW:
                self._close_sheet()
                self._open_sheet()
            pairs = zip(self._shape.columns, row.values, strict=True)
            cells = [self._cell(column, value) for found, value in pairs for column in found]
            self._write([self._text(self._shape.ref(row)), *cells] if self._shape.with_ids else cells)
        return self._pipe.take()

    def end(self) -> bytes:
        self._close_sheet()
        title = _NO_TITLE.sub(" ", str(self._shape.resource.plural_label))[:25]
        names = [f"{title} {number}" if number > 1 else title for number in range(1, self._sheets + 1)]
        for name, content in _parts(names, list(self._currencies)).items():
            self._zip.writestr(name, _HEAD + content)
        self._zip.close()
        return self._pipe.take()

    # ── sheets ──

    def _open_sheet(self) -> None:
        self._sheets += 1
        self._line = 0
        self._sheet = self._zip.open(f"xl/worksheets/sheet{self._sheets}.xml", "w", force_zip64=True)
        self._sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}">{_FROZEN}<sheetData>'.encode())
        self._write([self._text(name, _HEADER) for name in self._shape.header])

    def _close_sheet(self) -> None:
        self._sheet.write(b"</sheetData></worksheet>")
        self._sheet.close()

    def _write(self, cells: Sequence[str]) -> None:
        self._line += 1
        self._sheet.write(f'<row r="{self._line}">{"".join(cells)}</row>'.encode())

    # ── cells ──

    def _cell(self, column: Column, value: Any) -> str:
        if value is None:
            return "<c/>"
        if column.kind == kinds.FLAG:
            return f'<c t="b"><v>{int(value)}</v></c>'
        if column.kind in (kinds.WHOLE, kinds.DECIMAL) and (number := _number(value)):
            return f"<c><v>{number}</v></c>"
        if column.kind == kinds.MONEY and (number := _number(value.amount)):
            return f'<c s="{self._currency(value.currency)}"><v>{number}</v></c>'
        if column.kind == kinds.DAY and value >= _FIRST_DAY:
            return f'<c s="{_DAY}"><v>{(value - _EPOCH.date()).days}</v></c>'
        if column.kind == kinds.MOMENT and (serial := self._moment(value, column)):
            return f'<c s="{_MOMENT}"><v>{serial}</v></c>'
        return self._text(column.say(value))

    def _moment(self, value: dt.datetime, column: Column) -> str:
        """In the reader's time zone, as Excel has none; "" for one that would not come in again as it is."""
        local = value.astimezone(self._shape.reader.zone)
        is_exact = not local.microsecond and local.utcoffset() == local.replace(fold=1).utcoffset()
        if local.date() < _FIRST_DAY or (column.is_editable and not is_exact):
            return ""
        passed = local.replace(tzinfo=None, microsecond=0) - _EPOCH
        return f"{passed.days + passed.seconds / 86400:.10f}"

    def _currency(self, code: str) -> int:
        return _HEADER + 1 + self._currencies.setdefault(code, len(self._currencies))

    def _text(self, text: str, style: int = _PLAIN) -> str:
        if not text:
            return "<c/>"
        is_guarded = guarded(text) != text
        text = literal(text)  # an import takes one apostrophe away
        if _ILLEGAL.search(text) or len(text) > LONGEST:
            self.replaced += len(_ILLEGAL.findall(text)) + max(0, len(text) - LONGEST)
            text = _ILLEGAL.sub("?", text)[:LONGEST]
        style = _TEXT if is_guarded else style
        mark = f' s="{style}"' if style else ""
        return f'<c t="inlineStr"{mark}><is><t xml:space="preserve">{escape(text, _BREAKS)}</t></is></c>'


def _number(value: int | Decimal) -> str:
    """With every digit, or "" where Excel has not enough of them."""
    text = f"{value:f}"
    return text if len(text.strip("-0.").replace(".", "")) <= MOST_DIGITS else ""


def _parts(names: Sequence[str], currencies: Sequence[str]) -> dict[str, str]:
    """The parts of the package around its sheets."""
    numbers = range(1, len(names) + 1)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for number in numbers
    )
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, name in zip(numbers, names, strict=True)
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{types}</Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}<Relationship Id="rId{len(names) + 1}" '
            f'Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
        ),
        "xl/styles.xml": _styles(currencies),
    }


def _styles(currencies: Sequence[str]) -> str:
    """Cell styles in the order of the numbers above, then one for each currency."""
    formats = [*_FORMATS, *(f"[${code}] #,##0.######" for code in currencies)]
    written = "".join(
        f'<numFmt numFmtId="{164 + place}" formatCode={quoteattr(code)}/>' for place, code in enumerate(formats)
    )
    styles = "".join(
        f'<xf numFmtId="{164 + place}" fontId="{int(place == _HEADER)}" fillId="0" borderId="0" xfId="0" '
        f'applyNumberFormat="1" applyFont="1" quotePrefix="{int(place == _TEXT)}"/>'
        for place in range(len(formats))
    )
    return (
        f'<styleSheet xmlns="{_MAIN}"><numFmts count="{len(formats)}">{written}</numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        f'<font><{_BOLD}/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(formats)}">{styles}</cellXfs></styleSheet>'
    )
