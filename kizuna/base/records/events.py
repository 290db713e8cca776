"""What happens to records in general. Verbs with a meaning of their own publish events of their own beside these."""

from __future__ import annotations

from dataclasses import dataclass

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class RecordsCreated(Event):
    """Records of one kind came into being."""

    resource: str
    ids: tuple[int, ...]


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
