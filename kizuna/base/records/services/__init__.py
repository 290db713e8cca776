"""Create, change, trash and restore records of any kind: `from kizuna.base.records import services as records`."""

from kizuna.base.records.services.changing import Edit, as_needed, change_each, update, update_many
from kizuna.base.records.services.creating import create, create_many, drawn_up, made_before
from kizuna.base.records.services.defining import (
    add_custom_field,
    change_custom_field,
    purge_custom_field,
    remove_custom_field,
    reorder_custom_fields,
    restore_custom_field,
)
from kizuna.base.records.services.objects import (
    add_custom_object,
    change_custom_object,
    purge_custom_object,
    remove_custom_object,
    restore_custom_object,
)
from kizuna.base.records.services.ordering import arrange
from kizuna.base.records.services.storing import comparing, store_changes
from kizuna.base.records.services.trashing import (
    bring_back_each,
    delete,
    delete_many,
    restore,
    restore_many,
    trash_each,
)
from kizuna.base.records.services.undoing import put_back, undo
from kizuna.base.records.services.wholes import hold_wholes

__all__ = [
    "Edit",
    "add_custom_field",
    "add_custom_object",
    "arrange",
    "as_needed",
    "bring_back_each",
    "change_custom_field",
    "change_custom_object",
    "change_each",
    "comparing",
    "create",
    "create_many",
    "delete",
    "delete_many",
    "drawn_up",
    "hold_wholes",
    "made_before",
    "purge_custom_field",
    "purge_custom_object",
    "put_back",
    "remove_custom_field",
    "remove_custom_object",
    "reorder_custom_fields",
    "restore",
    "restore_custom_field",
    "restore_custom_object",
    "restore_many",
    "store_changes",
    "trash_each",
    "undo",
    "update",
    "update_many",
]
