"""Records as a file: columns from fields, rows by keyset, bytes in the encoding asked for."""

from kizuna.base.transfer.exporting.columns import Column, columns_of
from kizuna.base.transfer.exporting.files import EXPORT_ENCODINGS, Writer

__all__ = ["EXPORT_ENCODINGS", "Column", "Writer", "columns_of"]
