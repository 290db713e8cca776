"""CSV as bytes, a chunk at a time."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from kizuna.base.transfer.formulas import guarded

EXPORT_ENCODINGS = {
    "utf-8-sig": _("UTF-8, for Excel too"),
    "utf-8": _("UTF-8 without mark"),
    "utf-16": _("UTF-16"),
    "cp932": _("Japanese (Shift_JIS)"),
    "euc_jp": _("Japanese (EUC-JP)"),
    "cp949": _("Korean (EUC-KR)"),
    "cp1252": _("Western European (Windows-1252)"),
    "latin-1": _("Western European (Latin-1)"),
}
"""All but the first three lack characters; those become a question mark, and are counted."""


def is_whole(encoding: str) -> bool:
    """Whether an encoding has every character."""
    return encoding.startswith("utf")


class Writer:
    """Rows of text to bytes. `replaced` counts the characters that the encoding does not have."""

    def __init__(self, encoding: str, delimiter: str = ",") -> None:
        self.replaced = 0
        self._encoder = codecs.getincrementalencoder(encoding)(errors="strict")
        self._is_whole = is_whole(encoding)
        self._encoding, self._delimiter = encoding, delimiter

    def rows(self, rows: Iterable[Sequence[str]]) -> bytes:
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=self._delimiter, lineterminator="\r\n")
        writer.writerows([guarded(cell) for cell in row] for row in rows)
        text = buffer.getvalue()
        return self._encoder.encode(text if self._is_whole else self._without_strangers(text))

    def _without_strangers(self, text: str) -> str:
        try:
            text.encode(self._encoding)
        except UnicodeEncodeError:
            known = text.encode(self._encoding, "replace").decode(self._encoding)
            self.replaced += known.count("?") - text.count("?")
            return known
        return text
