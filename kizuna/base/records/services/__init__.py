"""Create, change, trash and restore records of any kind: `from kizuna.base.records import services as records`."""

from kizuna.base.records.services.changing import update, update_many
from kizuna.base.records.services.creating import create, create_many
from kizuna.base.records.services.storing import store_changes
from kizuna.base.records.services.trashing import delete, delete_many, restore, restore_many
from kizuna.base.records.services.undoing import undo

__all__ = [
    "create",
    "create_many",
    "delete",
    "delete_many",
    "restore",
    "restore_many",
    "store_changes",
    "undo",
    "update",
    "update_many",
]
