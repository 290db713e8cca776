"""Rows of a CSV file, one after the other, whatever is wrong with some of them.

The csv module decides what a row is. Where it finds a mistake, the first line of the row is given back as a row with
a problem, and reading goes on with the line after it: one open quotation mark must not swallow the rest of the file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

from kizuna.base.transfer.reading import problems
from kizuna.base.transfer.reading.lines import DAMAGE, MAX_LINE, Lines

MAX_COLUMNS = 500
MAX_ROW = 16_000_000
"""Characters that are looked at to find the end of a quoted value before it is given up."""
_WITNESSES = 20
HINT = re.compile(r"sep=([,;|\t])\s*$", re.IGNORECASE)


@dataclass(slots=True)
class Row:
    """One row: the number of its first line, its values, and why it cannot be used (None if it can)."""

    line: int
    cells: list[str]
    problem: Any = None


class _TooFar(Exception):
    """A quoted value did not end within MAX_ROW."""


class Rows:
    """Iterate for the rows; the first one fixes the width that all others must have. Empty lines are left out."""

    def __init__(self, file: BinaryIO, encoding: str, delimiter: str) -> None:
        self._file, self._encoding, self._delimiter = file, encoding, delimiter
        self._taken: list[str] = []
        self._size = 0
        self.width = 0

    def _skip_hint(self) -> None:
        """Excel's first line "sep=;" names the delimiter and is no row."""
        first = self._lines.take()
        if first and not HINT.match(first):
            self._lines.give_back([first])

    def __iter__(self) -> Generator[Row]:
        self._lines = Lines(self._file, self._encoding)
        try:
            self._skip_hint()
            yield from self._rows()
        finally:
            self._lines.release()

    def _rows(self) -> Iterator[Row]:
        reader = self._reader()
        while True:
            self._taken.clear()
            self._size = 0
            line = self._lines.number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _TooFar) as error:
                yield self._mend(line, str(error))
                reader = self._reader()
                continue
            if any(cells):
                taken = self._taken
                is_plain = len(taken) == 1 and len(cells) == self.width and len(taken[0]) <= MAX_LINE
                yield Row(line, cells) if is_plain and DAMAGE not in taken[0] else self._judge(line, cells)

    def _reader(self) -> Any:
        return csv.reader(iter(self._take, ""), delimiter=self._delimiter, skipinitialspace=True, strict=True)

    def _take(self) -> str:
        line = self._lines.take()
        if line:
            self._size += len(line)
            if self._size > MAX_ROW:
                self._lines.give_back([line])
                raise _TooFar
            self._taken.append(line)
        return line

    # ── rows that are not plain ──

    def _judge(self, line: int, cells: list[str]) -> Row:
        """A row of several lines, of another width, or with damage."""
        taken = self._taken
        if not self.width:
            self.width = len(cells)
        if any(len(one) > MAX_LINE for one in taken):
            return Row(line, self._fitted(_short(cells)), problems.above(problems.LONG_LINE, MAX_LINE))
        if len(cells) > self.width and not any(cells[self.width :]):
            cells = cells[: self.width]  # a delimiter at the end of each row but not of the header
        if len(cells) != self.width:
            if len(taken) > 1 and self._following_are_rows():
                return self._reject_first(line, problems.OPEN_QUOTE)
            return Row(line, cells, problems.wrong_width(len(cells), self.width))
        if any(DAMAGE in one for one in taken):
            return Row(line, cells, problems.DAMAGED)
        return Row(line, cells)

    def _mend(self, line: int, error: str) -> Row:
        """After a mistake that ended the row: what to reject, and where to go on."""
        taken = self._taken
        if len(taken[0]) > MAX_LINE:
            return self._reject_first(line, problems.above(problems.LONG_LINE, MAX_LINE))
        is_large = "field larger" in error
        if is_large and len(taken) > 1 and not self._following_are_rows():
            self._skip_to_end_of_value()
            return Row(line, self._first_cells(), problems.above(problems.LARGE_CELL, csv.field_size_limit()))
        if is_large and len(taken) == 1:
            return self._reject_first(line, problems.above(problems.LARGE_CELL, csv.field_size_limit()))
        is_open = len(taken) > 1 or "end of data" in error
        return self._reject_first(line, problems.OPEN_QUOTE if is_open else problems.LOOSE_QUOTE)

    def _reject_first(self, line: int, problem: Any) -> Row:
        self._lines.give_back(self._taken[1:])
        return Row(line, self._first_cells(), problem)

    def _first_cells(self) -> list[str]:
        """The values of the first line, read as generously as can be, so that they can be shown and mended."""
        line = self._taken[0][:MAX_LINE].rstrip("\r\n")
        cells = [_unquoted(part) for part in line.split(self._delimiter)]
        if len(cells) != self.width:
            with suppress(csv.Error):
                cells = next(csv.reader([line], delimiter=self._delimiter, skipinitialspace=True), [])
        return self._fitted(_short(cells))

    def _fitted(self, cells: list[str]) -> list[str]:
        width = self.width or len(cells)
        return [*cells[:width], *[""] * (width - len(cells))]

    def _following_are_rows(self) -> bool:
        """Whether the lines after the first look like rows of their own, and not like the text of one value."""
        if self.width < 2:
            return False
        witnesses = self._taken[1 : 1 + _WITNESSES]
        return sum(self._is_row(line) for line in witnesses) * 2 > len(witnesses)

    def _is_row(self, line: str) -> bool:
        try:
            cells = next(csv.reader([line], delimiter=self._delimiter, skipinitialspace=True, strict=True), [])
        except csv.Error:
            return False
        return len(cells) == self.width

    def _skip_to_end_of_value(self) -> None:
        """Leave out the rest of a large value: up to the line with the quotation mark that closes it."""
        left = MAX_ROW
        while left > 0:
            line = self._lines.take()
            if not line or line.count('"') % 2:
                return
            left -= len(line)


def rows(file: BinaryIO, encoding: str, delimiter: str) -> Generator[Row]:
    """The rows of a file, the header first. Reading is the same every time, so the n-th row is always the same one."""
    return Rows(file, encoding, delimiter).__iter__()


def _unquoted(part: str) -> str:
    """A value as it was meant: without the quotation marks around it, those inside as they are."""
    part = part.strip()
    bare = part.removeprefix('"')
    return bare.removesuffix('"') if bare != part else part


def _short(cells: list[str]) -> list[str]:
    return [cell if len(cell) <= 1000 else cell[:1000] + "…" for cell in cells]
