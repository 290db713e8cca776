"""Attach, rename, delete and restore files: `from kizuna.base.files import services as files`."""

from kizuna.base.files.services.attaching import FileTooLarge, attach
from kizuna.base.files.services.changing import delete, rename, restore
from kizuna.base.files.services.keeping import forget_records, purge, recount, remove_strays
from kizuna.base.files.services.picturing import make_pictures

__all__ = [
    "FileTooLarge",
    "attach",
    "delete",
    "forget_records",
    "make_pictures",
    "purge",
    "recount",
    "remove_strays",
    "rename",
    "restore",
]
