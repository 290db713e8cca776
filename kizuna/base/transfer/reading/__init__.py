"""CSV files as people bring them: any encoding of Europe or East Asia, any delimiter, and mistakes in every other line.

Standard input of everything here is an open binary file; nothing holds more of it in memory than a few lines.
"""

from kizuna.base.transfer.reading.encodings import ENCODINGS, detect
from kizuna.base.transfer.reading.formats import DELIMITERS, Format, Look, look
from kizuna.base.transfer.reading.problems import Unreadable
from kizuna.base.transfer.reading.rows import Row, rows

__all__ = ["DELIMITERS", "ENCODINGS", "Format", "Look", "Row", "Unreadable", "detect", "look", "rows"]
