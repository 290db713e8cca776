"""The first look at a file: how it is written, what its columns are called, and what its first rows say."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from kizuna.base.transfer.reading import problems
from kizuna.base.transfer.reading.encodings import detect, is_wide
from kizuna.base.transfer.reading.lines import DAMAGE, MAX_LINE, Lines
from kizuna.base.transfer.reading.problems import Unreadable
from kizuna.base.transfer.reading.rows import HINT, MAX_COLUMNS, Row, rows

DELIMITERS = {",": _("Comma"), ";": _("Semicolon"), "\t": _("Tab"), "|": _("Vertical bar")}
SAMPLE_ROWS = 100
_SAMPLE_LINES = 60
_BINARY = {
    b"PK\x03\x04": problems.WORKBOOK,
    b"\xd0\xcf\x11\xe0": problems.WORKBOOK,
    b"%PDF": problems.NO_TEXT,
    b"\x89PNG": problems.NO_TEXT,
    b"\xff\xd8\xff": problems.NO_TEXT,
    b"GIF8": problems.NO_TEXT,
    b"\x1f\x8b": problems.NO_TEXT,
    b"\x7fELF": problems.NO_TEXT,
}


@dataclass(frozen=True)
class Format:
    """How a file is written."""

    encoding: str
    delimiter: str


@dataclass(frozen=True)
class Look:
    """What is seen of a file at first. `about` is the number of rows beneath the header, estimated from its size;
    `is_damaged` says that some characters cannot be read in this encoding.
    """

    format: Format
    header: list[str]
    rows: list[Row]
    about: int
    is_damaged: bool


def look(file: BinaryIO, *, encoding: str = "", delimiter: str = "") -> Look:
    """Look at a file; what is not given is found out. Raises Unreadable when there is nothing to import in it."""
    _refuse_binary(file)
    encoding = encoding or detect(file)
    delimiter = delimiter or _delimiter(file, encoding)
    found = rows(file, encoding, delimiter)
    header = next(found, None)
    if header is None:
        raise Unreadable(problems.NOTHING)
    _check_header(header)
    sample = list(islice(found, SAMPLE_ROWS))
    found.close()
    if not sample:
        raise Unreadable(problems.ONLY_A_HEADER)
    return Look(
        format=Format(encoding, delimiter),
        header=[cell.strip().replace(DAMAGE, "\ufffd") for cell in header.cells],
        rows=sample,
        about=_about(file, header, sample),
        is_damaged=any(map(_is_damaged, [header, *sample])),
    )


def _refuse_binary(file: BinaryIO) -> None:
    file.seek(0)
    start = file.read(4096)
    if not start:
        raise Unreadable(problems.NOTHING)
    for magic, problem in _BINARY.items():
        if start.startswith(magic):
            raise Unreadable(problem)
    controls = sum(1 for byte in start if byte < 32 and byte not in b"\t\n\r\x1b")
    if not is_wide(start) and controls > max(8, len(start) // 20):
        raise Unreadable(problems.NO_TEXT)


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


def _about(file: BinaryIO, header: Row, sample: list[Row]) -> int:
    """Rows in the file: exactly when all were read, else from the number of line ends."""
    if len(sample) < SAMPLE_ROWS:
        return len(sample)
    file.seek(0)
    ends = 0
    while chunk := file.read(1 << 20):
        ends += chunk.count(b"\n") or chunk.count(b"\r")
    lines = max(1, sample[-1].line - header.line)
    return max(len(sample), round((ends - header.line) * len(sample) / lines))
