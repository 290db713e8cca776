"""Verbs of the timeline. Plain create, change and delete go through `base.records`."""

from kizuna.customers.timeline.services.alarms import expand_again, ring_alarms
from kizuna.customers.timeline.services.tasks import (
    complete_task,
    end_series,
    reopen_task,
    skip_task,
    snooze_task,
)

__all__ = [
    "complete_task",
    "end_series",
    "expand_again",
    "reopen_task",
    "ring_alarms",
    "skip_task",
    "snooze_task",
]
