"""The rows below the header of a file, from any place on."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import BinaryIO

from kizuna.base.transfer.reading.formats import Format, rows
from kizuna.base.transfer.reading.rows import Row


class BelowHeader:
    """Reads forward only: what lies before a position is passed over."""

    def __init__(self, file: BinaryIO, form: Format) -> None:
        self._rows = rows(file, form)
        next(self._rows, None)
        self._position = 0

    def take(self, position: int, size: int) -> list[Row]:
        """So many rows from a position on, fewer at the end of the file."""
        deque(islice(self._rows, position - self._position), maxlen=0)
        found = list(islice(self._rows, size))
        self._position = position + len(found)
        return found
