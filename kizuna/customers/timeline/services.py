"""Verbs of the timeline. Plain create, change and delete go through `base.records`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Change, Subject, publish
from kizuna.base.events.event import Event
from kizuna.base.resources.actions import action
from kizuna.base.types.errors import Missing
from kizuna.customers.timeline.events import TaskCompleted, TaskReopened
from kizuna.customers.timeline.models import Task


@action(label=_("Complete"), icon="check", bulk=True, when=lambda task: not task.is_done)
def complete_task(*, actor: Any, task: Task) -> Task:
    """Mark the task as done now. A task that is done stays as it is."""
    current = _locked(task)
    if current.done_at is None:
        moment = current.complete(actor)
        _keep(current, TaskCompleted(task_id=current.pk), Change(None, moment.isoformat()))
    return current


@action(label=_("Open again"), icon="rotate", bulk=True, when=lambda task: task.is_done)
def reopen_task(*, actor: Any, task: Task) -> Task:
    """Mark a task that was done as still to be done. An open task stays as it is."""
    current = _locked(task)
    if current.done_at is not None:
        change = Change(current.done_at.isoformat(), None)
        current.reopen(actor)
        _keep(current, TaskReopened(task_id=current.pk), change)
    return current


def _locked(task: Task) -> Task:
    current = Task.objects.live().select_for_update().filter(pk=task.pk).first()
    if current is None:
        raise Missing()
    return current


def _keep(task: Task, event: Event, change: Change) -> None:
    task.save(update_fields=["done_at", "to_do_on", "version", "updated_at", "updated_by"])
    publish(event, subjects=[Subject(resource="task", record_id=task.pk, changes={"done_at": change})])
