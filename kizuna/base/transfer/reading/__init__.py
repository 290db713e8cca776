"""Files as people bring them: CSV of any encoding of Europe or East Asia with mistakes in every other line, Excel
workbooks, vCards and JSON lines. Each is a header and rows of text.

Standard input of everything here is an open binary file; nothing holds more of it in memory than a few lines.
"""

from kizuna.base.transfer.reading.encodings import ENCODINGS, detect
from kizuna.base.transfer.reading.formats import CSV, DELIMITERS, JSONL, KINDS, VCARD, XLSX, Format, Look, look, rows
from kizuna.base.transfer.reading.problems import Unreadable
from kizuna.base.transfer.reading.rows import Row

__all__ = [
    "CSV",
    "DELIMITERS",
    "ENCODINGS",
    "JSONL",
    "KINDS",
    "VCARD",
    "XLSX",
    "Format",
    "Look",
    "Row",
    "Unreadable",
    "detect",
    "look",
    "rows",
]
