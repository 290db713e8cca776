"""The first look at a file: how it is written, what its columns are called, and what its first rows say.

What a file is, is told by its content; the end of its name may lie.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from kizuna.base.transfer.reading import cards, objects, problems, workbooks
from kizuna.base.transfer.reading.encodings import detect, is_wide
from kizuna.base.transfer.reading.lines import DAMAGE, MAX_LINE, Lines
from kizuna.base.transfer.reading.problems import Unreadable
from kizuna.base.transfer.reading.rows import HINT, MAX_COLUMNS, Row
from kizuna.base.transfer.reading.rows import rows as rows_of_text

DELIMITERS = {",": _("Comma"), ";": _("Semicolon"), "\t": _("Tab"), "|": _("Vertical bar")}
SAMPLE_ROWS = 100
_SAMPLE_LINES = 60
CSV, XLSX, VCARD, JSONL = "csv", "xlsx", "vcf", "jsonl"
KINDS = {
    CSV: _("Text with columns (CSV)"),
    XLSX: _("Excel workbook"),
    VCARD: _("vCard"),
    JSONL: _("JSON lines"),
}
"""Each kind of file by the usual end of its name."""

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\x7fELF", b"PAR1")
_LOCKED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Format:
    """How a file is written. `delimiter` says something of CSV, `sheet` (the first, if empty) of a workbook."""

    encoding: str = "utf-8"
    delimiter: str = ""
    kind: str = CSV
    sheet: str = ""


@dataclass(frozen=True)
class Look:
    """What is seen of a file at first. `about` is the number of rows beneath the header, estimated from its size;
    `is_damaged` says that some characters cannot be read in this encoding; `sheets` are those of a workbook.
    """

    format: Format
    header: list[str]
    rows: list[Row]
    about: int
    is_damaged: bool
    sheets: list[str] = field(default_factory=list)


def rows(file: BinaryIO, format: Format) -> Generator[Row]:
    """The rows of a file, the header first. Reading is the same every time, so the n-th row is always the same one."""
    if format.kind == XLSX:
        return workbooks.rows(file, format.sheet)
    if format.kind == VCARD:
        return cards.rows(file, format.encoding)
    if format.kind == JSONL:
        return objects.rows(file, format.encoding)
    return rows_of_text(file, format.encoding, format.delimiter)


def look(file: BinaryIO, *, encoding: str = "", delimiter: str = "", sheet: str = "") -> Look:
    """Look at a file; what is not given is found out. Raises Unreadable when there is nothing to import in it."""
    kind = _kind(file)
    sheets = workbooks.sheets(file) if kind == XLSX else []
    if kind == XLSX:
        format = Format("utf-8", "", kind, sheet or _first_table(file, sheets))
    else:
        encoding = encoding or detect(file)
        format = Format(encoding, (delimiter or _delimiter(file, encoding)) if kind == CSV else "", kind)
    found = rows(file, format)
    header = next(found, None)
    if header is None:
        raise Unreadable(problems.NOTHING)
    _check_header(header)
    sample = list(islice(found, SAMPLE_ROWS))
    found.close()
    if not sample:
        raise Unreadable(problems.ONLY_A_HEADER if kind in (CSV, XLSX) else problems.NO_RECORDS)
    return Look(
        format=format,
        header=[cell.strip().replace(DAMAGE, "\ufffd") for cell in header.cells],
        rows=sample,
        about=_about(file, format, header, sample),
        is_damaged=any(map(_is_damaged, [header, *sample])),
        sheets=sheets,
    )


def _first_table(file: BinaryIO, sheets: list[str]) -> str:
    """The first sheet with rows beneath its column names: a cover may stand before it. The first, if none has any."""
    if len(sheets) < 2:
        return "".join(sheets)
    return next((name for name in sheets if _is_table(file, name)), sheets[0])


def _is_table(file: BinaryIO, sheet: str) -> bool:
    found = workbooks.rows(file, sheet)
    try:
        return len(list(islice(found, 2))) == 2
    finally:
        found.close()


def _kind(file: BinaryIO) -> str:
    """What a file is, by its content. Raises Unreadable for what nothing can be imported from, and says what to do."""
    file.seek(0)
    start = file.read(4096)
    if not start:
        raise Unreadable(problems.NOTHING)
    if start.startswith(_ZIP):
        workbooks.check_archive(file)
        return XLSX
    if start.startswith(_OLE):
        raise Unreadable(problems.LOCKED_WORKBOOK if _holds(file, _LOCKED) else problems.OLD_WORKBOOK)
    controls = sum(1 for byte in start if byte < 32 and byte not in b"\t\n\r\x1b")
    wide = is_wide(start)
    if start.startswith(_BINARY) or (not wide and controls > max(8, len(start) // 20)):
        raise Unreadable(problems.NO_TEXT)
    text = start.replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    text = text.lstrip()
    if text[:11].upper() == b"BEGIN:VCARD":
        return VCARD
    if text[:1] == b"[" and text[1:].lstrip()[:1] in (b"{", b"]"):
        raise Unreadable(problems.JSON_ARRAY)
    return JSONL if text[:1] == b"{" and text[1:].lstrip()[:1] in (b'"', b"}") else CSV


def _holds(file: BinaryIO, name: bytes) -> bool:
    """Whether the directory of an old compound file names this part; it may stand anywhere."""
    file.seek(0)
    rest = b""
    while chunk := file.read(1 << 20):
        if name in rest + chunk:
            return True
        rest = chunk[-len(name) :]
    return False


def _check_header(header: Row) -> None:
    """A header that the wrong encoding damaged is shown all the same, so that somebody can choose another."""
    if len(header.cells) > MAX_COLUMNS:
        raise Unreadable(problems.above(problems.TOO_MANY_COLUMNS, MAX_COLUMNS))
    if header.problem is not None and not _is_damaged(header):
        raise Unreadable(header.problem)


def _is_damaged(row: Row) -> bool:
    return any(DAMAGE in cell for cell in row.cells)


def _delimiter(file: BinaryIO, encoding: str) -> str:
    """The one that cuts the first lines into columns, and most of them into as many as the header."""
    lines = list(_first_lines(file, encoding))
    if lines and (hint := HINT.match(lines[0])):
        return hint[1]
    return max(DELIMITERS, key=lambda delimiter: _fit(lines, delimiter))


def _first_lines(file: BinaryIO, encoding: str) -> Iterator[str]:
    lines = Lines(file, encoding)
    try:
        for _number in range(_SAMPLE_LINES):
            line = lines.take()
            if not line:
                return
            yield line[: MAX_LINE // 10]
    finally:
        lines.release()


def _fit(lines: list[str], delimiter: str) -> float:
    """Between 0 for a delimiter that cuts nothing, and 1 for one that cuts every row into as many as the header."""
    widths: Counter[int] = Counter()
    first = 0
    try:
        for cells in csv.reader(lines, delimiter=delimiter, skipinitialspace=True):
            first = first or len(cells)
            widths[len(cells)] += bool(cells)
    except csv.Error:
        widths[0] += 1
    if first < 2:
        return 0.0
    return widths[first] / sum(widths.values()) * (1 - 1 / first)


def _about(file: BinaryIO, format: Format, header: Row, sample: list[Row]) -> int:
    """Rows in the file: exactly when all were read or they are cards, else from the number of line ends, or from what a
    workbook says of its own size."""
    if len(sample) < SAMPLE_ROWS:
        return len(sample)
    if format.kind == VCARD:
        return max(len(sample), cards.survey(file, format.encoding).count)
    if format.kind == XLSX:
        return max(len(sample), workbooks.last_row(file, format.sheet) - header.line)
    ends = _line_ends(file)
    if format.kind == JSONL:
        return max(len(sample), ends)
    lines = max(1, sample[-1].line - header.line)
    return max(len(sample), round((ends - header.line) * len(sample) / lines))


def _line_ends(file: BinaryIO) -> int:
    file.seek(0)
    ends = 0
    while chunk := file.read(1 << 20):
        ends += chunk.count(b"\n") or chunk.count(b"\r")
    return ends
