"""Excel workbooks as rows: one sheet, its values as text that every field understands, row after row.

A workbook is a zip of XML and may be made to harm: what it would unpack to is checked before anything is unpacked, and
XML that declares entities is refused (openpyxl reads with defusedxml where that is installed, and it always is here).
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, BinaryIO

from kizuna.base.transfer.reading import problems
from kizuna.base.transfer.reading.problems import Unreadable
from kizuna.base.transfer.reading.rows import MAX_COLUMNS, Row

MOST_UNPACKED = 1 << 30
"""Bytes that a workbook may unpack to; above `_FREE` also no more than `_RATIO` times the size of the file."""
_FREE, _RATIO = 64 << 20, 200
MOST_TEXTS = 256 << 20
"""Bytes of the table of texts, the one part of a workbook that is held in memory."""
MOST_ENTRIES = 5000
LAST_ROW = 1_048_576
MAX_CELL = 131_072
LONGEST_TITLE = 100
_WIDTH_ROWS = 100  # rows that say how wide the sheet is
_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
_ZEROS = re.compile(r"0{2,20}")
_CURRENCY = re.compile(r"\[\$([A-Z]{3})(?:-[0-9A-F]+)?\]")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_CHUNK = 1 << 20
_LONGEST_TAG = 100
_MOST_MERGED = 20_000

Merged = dict[tuple[int, int], int]
"""By column and first row of cells that are one: their last row."""


def check_archive(file: BinaryIO) -> None:
    """Raises Unreadable for a zip that is no workbook, is locked, or would unpack to something enormous."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if "mimetype" in names and archive.read("mimetype")[:60].startswith(b"application/vnd.oasis"):
                raise Unreadable(problems.OTHER_WORKBOOK)
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError) as error:
        raise Unreadable(problems.because(problems.BROKEN_WORKBOOK, error)) from error
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable(problems.LOCKED_WORKBOOK)
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Unreadable(problems.NO_TEXT)
    unpacked = sum(entry.file_size for entry in entries)
    texts = sum(entry.file_size for entry in entries if "sharedstrings" in entry.filename.lower())
    is_huge = unpacked > MOST_UNPACKED or texts > MOST_TEXTS or unpacked > max(_FREE, size * _RATIO)
    if is_huge or len(entries) > MOST_ENTRIES:
        raise Unreadable(problems.HUGE_WORKBOOK)


def sheets(file: BinaryIO) -> list[str]:
    """The names of the sheets with cells, in their order."""
    with _opened(file) as book:
        return [sheet.title for sheet in book.worksheets if len(sheet.title) <= LONGEST_TITLE]


def rows(file: BinaryIO, name: str = "") -> Generator[Row]:
    """The rows of a sheet (the first, if not named) from its first that holds anything; `line` as Excel numbers them.

    A cell merged over several rows counts for each of them. Formulas are the values that they had when saved.
    """
    with _opened(file) as book:
        sheet = _chosen(book, name)
        merged = _merged(file, book, sheet)
        width = max((_width(cells) for cells in islice(_cells(sheet, MAX_COLUMNS + 1), _WIDTH_ROWS)), default=0)
        if not width:
            return
        held: dict[int, tuple[int, str]] = {}
        for line, cells in enumerate(_cells(sheet, width), 1):
            found = [_text(cell) for cell in cells]
            if merged:
                _fill(found, line, merged, held)
            if any(found):
                is_large = any(len(one) > MAX_CELL for one in found)
                problem = problems.above(problems.LARGE_CELL, MAX_CELL) if is_large else None
                yield Row(line, [one[:1000] for one in found] if is_large else found, problem)


def last_row(file: BinaryIO, name: str) -> int:
    """The number of the last row, as the sheet says, which may be wrong; 0 if it says nothing."""
    with _opened(file) as book:
        return min(_chosen(book, name).max_row or 0, LAST_ROW)


@contextmanager
def _opened(file: BinaryIO) -> Iterator[Any]:
    """The workbook; whatever is wrong with its inside is told in one sentence."""
    from openpyxl import load_workbook  # a fifth of a second, for those who bring a workbook

    check_archive(file)
    file.seek(0)
    book = None
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        yield book
    except Unreadable:
        raise
    except (
        ArithmeticError,
        AttributeError,
        EOFError,
        LookupError,
        OSError,
        SyntaxError,
        TypeError,
        ValueError,
    ) as error:
        raise Unreadable(problems.because(problems.BROKEN_WORKBOOK, error)) from error
    except (zipfile.BadZipFile, zlib.error) as error:
        raise Unreadable(problems.because(problems.BROKEN_WORKBOOK, error)) from error
    finally:
        if book is not None:
            book.close()


def _chosen(book: Any, name: str) -> Any:
    found = [sheet for sheet in book.worksheets if not name or sheet.title == name]
    if not found:
        raise Unreadable(problems.named(problems.NO_SHEET, name) if name else problems.NOTHING)
    return found[0]


def _cells(sheet: Any, width: int) -> Iterator[Any]:
    # What the sheet says of its own size is often wrong.
    sheet.reset_dimensions()
    return iter(sheet.iter_rows(min_row=1, max_row=LAST_ROW, min_col=1, max_col=width))


def _width(cells: Any) -> int:
    return max((place for place, cell in enumerate(cells, 1) if _text(cell)), default=0)


def _text(cell: Any) -> str:
    """The value as text: days as ISO, whole numbers without a point, as many digits as Excel has."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return "" if value in _ERRORS else value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _number(value: int | float, shown: str) -> str:
    """The number; with the zeros that a postal code is shown with ("0000000"), or its currency ("[$JPY] #,##0")."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int):
        text = str(value).zfill(len(shown)) if _ZEROS.fullmatch(shown) and value >= 0 else str(value)
    else:
        text = f"{value:.15f}".rstrip("0") if 1e-6 <= abs(value) < 1 else f"{value:.15g}"
    currency = _CURRENCY.search(shown)
    return f"{text} {currency[1]}" if currency else text


# ── merged cells ──


def _merged(file: BinaryIO, book: Any, sheet: Any) -> Merged:
    """Cells merged downwards. They are named behind all rows, so the sheet is looked through once before."""
    found: Merged = {}
    with book._archive.open(sheet._worksheet_path) as source:
        rest = b""
        while (chunk := source.read(_CHUNK)) and len(found) < _MOST_MERGED:
            chunk = rest + chunk
            for match in _MERGED.finditer(chunk):
                if match[2] != match[4]:
                    found[_place(match[1]), int(match[2])] = int(match[4])
            rest = chunk[-_LONGEST_TAG:]
    return found


def _place(letters: bytes) -> int:
    """A is 0, AA is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place - 1


def _fill(found: list[str], line: int, merged: Merged, held: dict[int, tuple[int, str]]) -> None:
    """Give the rows of a merged cell its value; `held` is what reaches down to this row."""
    for place, one in enumerate(found):
        if (last := merged.get((place, line))) is not None:
            held[place] = (last, one)
        elif place in held and not one:
            last, value = held[place]
            if line <= last:
                found[place] = value
            else:
                del held[place]
