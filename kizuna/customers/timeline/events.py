"""What the timeline tells the world beside the changes of its records."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class TaskCompleted(Event):
    """Somebody did what was to be done."""

    phrase = _("%(who)s completed this")

    task_id: int


@dataclass(frozen=True, kw_only=True)
class TaskReopened(Event):
    """A task that had been done is to be done again."""

    phrase = _("%(who)s opened this again")

    task_id: int
