"""What this room tells the world."""

from __future__ import annotations

from dataclasses import dataclass

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class BulkStarted(Event):
    """Somebody changes many records at once. Every event of the batches names this one as its cause."""

    sheet_id: int
    resource: str
    operation: str


@dataclass(frozen=True, kw_only=True)
class BulkFinished(Event):
    """A change of many records has come to its end, or was stopped: what became of them."""

    sheet_id: int
    resource: str
    state: str
    done: int
    unchanged: int
    refused: int
