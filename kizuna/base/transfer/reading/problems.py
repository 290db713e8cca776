"""What can be wrong with a file as a whole, and with one row of it, in words that say what to do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from kizuna.base.types.errors import Invalid, fill


class Unreadable(Invalid):
    """A file from which no row can be read; the message stands under "file"."""

    def __init__(self, message: Any) -> None:
        super().__init__({"file": [message]})


NOTHING = _("This file is empty.")
ONLY_A_HEADER = _("This file has column names and no rows beneath them.")
NO_TEXT = _("This is not a text file. Save it as CSV and choose that file.")
WORKBOOK = _("This is an Excel workbook. In Excel choose “Save as”, then “CSV UTF-8”, and choose that file.")
TOO_MANY_COLUMNS = _("This file has more than %(limit)d columns. Is the delimiter right?")

DAMAGED = _("Some characters cannot be read. Is the encoding of the file right?")
OPEN_QUOTE = _("A quotation mark is opened and never closed.")
LOOSE_QUOTE = _("There is a quotation mark inside a quoted value. Write it twice.")
LARGE_CELL = _("A value is larger than %(limit)d characters.")
LONG_LINE = _("This row is longer than %(limit)d characters.")
_WIDTH = ngettext_lazy(
    "This row has %(count)d value, but the file has %(width)d columns.",
    "This row has %(count)d values, but the file has %(width)d columns.",
    "count",
)


def wrong_width(count: int, width: int) -> Any:
    return fill(_WIDTH, {"count": count, "width": width})


def above(message: Any, limit: int) -> Any:
    """A message that names a limit."""
    return fill(message, {"limit": limit})
