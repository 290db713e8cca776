from __future__ import annotations

from dataclasses import dataclass

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class RecordsPurged(Event):
    """Records of one kind lay in the trash long enough and are gone for good."""

    resource: str
    ids: tuple[int, ...]
