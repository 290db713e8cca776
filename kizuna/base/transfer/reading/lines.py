"""Lines of text from bytes: decoded, of bounded length, and with a way back."""

from __future__ import annotations

import codecs
import io
from collections import deque
from collections.abc import Iterable
from typing import BinaryIO

MAX_LINE = 1_000_000  # characters
DAMAGE = "\uffff"
"""Stands where bytes could not be decoded. It is no character, so no text has it for another reason."""

ON_DAMAGE = "kizuna_damage"


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return DAMAGE, error.end


codecs.register_error(ON_DAMAGE, _mark)


class Lines:
    """Physical lines, with their line ends. `number` is that of the last one given, from 1."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        file.seek(0)
        self._text = io.TextIOWrapper(file, encoding, errors=ON_DAMAGE, newline="")
        self._again: deque[str] = deque()
        self.number = 0

    def take(self) -> str:
        """The next line, "" at the end. A line that is too long is cut, and is then longer than MAX_LINE."""
        if self._again:
            line = self._again.popleft()
        else:
            line = self._text.readline(MAX_LINE + 1)
            if self.number == 0:
                line = line.removeprefix("\ufeff")
            if len(line) > MAX_LINE:
                self._finish(line)
        if line:
            self.number += 1
        return line

    def _finish(self, line: str) -> None:
        while line and not line.endswith(("\n", "\r")):
            line = self._text.readline(MAX_LINE)

    def give_back(self, lines: Iterable[str]) -> None:
        """Have these lines, the last ones taken, come again."""
        again = list(lines)
        self._again.extendleft(reversed(again))
        self.number -= len(again)

    def release(self) -> None:
        """Leave the file open for others; nothing can be taken any more."""
        if not self._text.closed:
            self._text.detach()
