"""Records as a file: columns from fields, rows by keyset, bytes of the kind asked for."""

from kizuna.base.transfer.exporting.cards import card_names
from kizuna.base.transfer.exporting.files import EXPORT_ENCODINGS, Writer, is_whole
from kizuna.base.transfer.exporting.kinds import EXPORT_KINDS, ExportKind, kinds_of
from kizuna.base.transfer.exporting.shapes import Output, Shape

__all__ = [
    "EXPORT_ENCODINGS",
    "EXPORT_KINDS",
    "ExportKind",
    "Output",
    "Shape",
    "Writer",
    "card_names",
    "is_whole",
    "kinds_of",
]
