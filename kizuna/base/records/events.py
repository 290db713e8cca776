"""What happens to records in general. Verbs with a meaning of their own publish events of their own beside these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class RecordsCreated(Event):
    """Records of one kind came into being; `owner_ids` are the people whose they are."""

    resource: str
    ids: tuple[int, ...]
    owner_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RecordsUpdated(Event):
    """Fields of records of one kind changed; `fields` names them, the subjects hold before and after."""

    resource: str
    ids: tuple[int, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RecordsDeleted(Event):
    """Records of one kind went to the trash."""

    resource: str
    ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class RecordsRestored(Event):
    """Records of one kind came back from the trash."""

    resource: str
    ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class CustomFieldAdded(Event):
    """An administrator added a field to a kind of record."""

    field_id: int
    resource: str
    name: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class CustomFieldChanged(Event):
    """What a custom field is called, offers or asks changed; `before` and `after` hold only what differs."""

    field_id: int
    resource: str
    name: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class CustomFieldsReordered(Event):
    """The custom fields of a kind of record stand in another order: ids from first to last."""

    resource: str
    ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class CustomFieldRemoved(Event):
    """A custom field was taken away. Its values are kept."""

    field_id: int
    resource: str
    name: str


@dataclass(frozen=True, kw_only=True)
class CustomFieldRestored(Event):
    """A removed custom field is back, with its values."""

    field_id: int
    resource: str
    name: str


@dataclass(frozen=True, kw_only=True)
class CustomFieldPurged(Event):
    """A removed custom field is gone for good; a job takes its values out of the records."""

    field_id: int
    resource: str
    name: str


@dataclass(frozen=True, kw_only=True)
class CustomObjectAdded(Event):
    """An administrator made a new kind of record."""

    object_id: int
    resource: str


@dataclass(frozen=True, kw_only=True)
class CustomObjectChanged(Event):
    """What a custom object is called or looks like changed; `before` and `after` hold only what differs."""

    object_id: int
    resource: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class CustomObjectRemoved(Event):
    """A kind of record was taken away. Its records are kept."""

    object_id: int
    resource: str


@dataclass(frozen=True, kw_only=True)
class CustomObjectRestored(Event):
    """A removed kind of record is back, with its records."""

    object_id: int
    resource: str


@dataclass(frozen=True, kw_only=True)
class CustomObjectPurged(Event):
    """A removed kind of record is gone for good; a job deletes its records and what hangs on them."""

    object_id: int
    resource: str
