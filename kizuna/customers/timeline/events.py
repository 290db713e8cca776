"""What the timeline tells the world beside the changes of its records."""

from __future__ import annotations

from dataclasses import dataclass

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class TaskCompleted(Event):
    """Somebody did what was to be done."""

    task_id: int


@dataclass(frozen=True, kw_only=True)
class TaskReopened(Event):
    """A task that had been done is to be done again."""

    task_id: int
