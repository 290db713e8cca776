"""What is due now is told of, once each; and moments computed anew from what was meant."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from kizuna.base.events import publish
from kizuna.base.identity import SYSTEM
from kizuna.customers.timeline.events import TaskDue, TaskReminderDue
from kizuna.customers.timeline.models import Task

BATCH = 200


def ring_alarms(*, now: dt.datetime | None = None) -> int:
    """Publish what is to be said by now about open tasks; answers how many. Twice at once tells of nothing twice."""
    now = now or timezone.now()
    rung = 0
    while batch := _ring_batch(now):
        rung += batch
    return rung


@transaction.atomic
def _ring_batch(now: dt.datetime) -> int:
    due = Task.objects.live().filter(done_at__isnull=True, next_alarm_at__lte=now).select_related("owner")
    tasks = list(due.order_by("next_alarm_at", "pk").select_for_update(of=("self",), skip_locked=True)[:BATCH])
    for task in tasks:
        said = task.ring(now)
        Task.objects.filter(pk=task.pk).update(next_alarm_at=task.next_alarm_at)
        if task.due_at and "due" in said:
            publish(TaskDue(task_id=task.pk, user_id=task.owner_id, due_at=task.due_at), by=SYSTEM)
        if task.owner_id and task.due_on and said - {"due"}:
            reminder = TaskReminderDue(task_id=task.pk, user_id=task.owner_id, due_on=task.due_on, due_at=task.due_at)
            publish(reminder, by=SYSTEM)
    return len(tasks)


def expand_again(*, owner_id: int | None = None) -> int:
    """Compute the moments of open tasks anew from what was meant: zones change their rules, and people their zones.

    For the tasks of one owner, or of everybody; answers how many moments moved.
    """
    rows = Task.objects.live().filter(done_at__isnull=True).exclude(due_at=None, next_alarm_at=None)
    rows = rows.filter(owner_id=owner_id) if owner_id else rows
    moved, last = 0, 0
    while batch := list(rows.filter(pk__gt=last).select_related("owner").order_by("pk")[:BATCH]):
        last = batch[-1].pk
        moved += sum(_expand(task) for task in batch)
    return moved


@transaction.atomic
def _expand(seen: Task) -> bool:
    before = seen.due_at, seen.next_alarm_at
    seen.normalise()
    if (seen.due_at, seen.next_alarm_at) == before:
        return False
    task = Task.objects.live().select_for_update().filter(pk=seen.pk, version=seen.version).first()
    if task is None:
        return False
    task.normalise()
    task.save(update_fields=["due_at", "next_alarm_at"])
    return True
