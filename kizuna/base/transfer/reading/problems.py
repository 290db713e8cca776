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
NO_TEXT = _("This is not a file of records. Give CSV, an Excel workbook (.xlsx), vCard or JSON lines.")
OLD_WORKBOOK = _("This is a workbook of Excel 2003 or older. Save it as “Excel workbook (.xlsx)”, and give that.")
LOCKED_WORKBOOK = _("This workbook is protected by a password. Save it without one, and give that.")
OTHER_WORKBOOK = _("This is an OpenDocument spreadsheet. Save it as “Excel workbook (.xlsx)” or CSV, and give that.")
BROKEN_WORKBOOK = _("This workbook is damaged: %(why)s. Open it in Excel, save it anew, and give that.")
HUGE_WORKBOOK = _("This workbook would unpack to far more than a file of its size should. It is not read.")
NO_SHEET = _("This workbook has no sheet “%(name)s”.")
JSON_ARRAY = _("This is one large JSON list. Give JSON lines: one record to a line, without brackets around them.")
NO_RECORDS = _("No record can be read from this file.")
TOO_MANY_COLUMNS = _("This file has more than %(limit)d columns. Is the delimiter right?")

DAMAGED = _("Some characters cannot be read. Is the encoding of the file right?")
OPEN_QUOTE = _("A quotation mark is opened and never closed.")
LOOSE_QUOTE = _("There is a quotation mark inside a quoted value. Write it twice.")
LARGE_CELL = _("A value is larger than %(limit)d characters.")
LONG_LINE = _("This row is longer than %(limit)d characters.")
NO_JSON = _("This line is not JSON: %(why)s")
NO_OBJECT = _("This line holds no record: it should begin with { and end with }.")
TOO_DEEP = _("This record holds lists within lists, which no field can take.")
OPEN_CARD = _("This card has no end (END:VCARD).")
LARGE_CARD = _("This card has more than %(limit)d lines.")
GROUP_CARD = _("This card is a group and not a person.")
EMPTY_CARD = _("This card says nothing.")
_WIDTH = ngettext_lazy(
    "This row has %(count)d value, but the file has %(width)d columns.",
    "This row has %(count)d values, but the file has %(width)d columns.",
    "count",
)


def wrong_width(count: int, width: int) -> Any:
    return fill(_WIDTH, {"count": count, "width": width})


def named(message: Any, name: str) -> Any:
    """A message that names a sheet."""
    return fill(message, {"name": name[:60]})


def because(message: Any, why: object) -> Any:
    """A message that gives a program's own reason."""
    return fill(message, {"why": str(why).partition("\n")[0][:120]})


def above(message: Any, limit: int) -> Any:
    """A message that names a limit."""
    return fill(message, {"limit": limit})
