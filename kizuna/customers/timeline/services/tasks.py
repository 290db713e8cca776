"""Done, open again, later, and next time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Change, Touched, publish
from kizuna.base.events.event import Event
from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.actions import action
from kizuna.base.types.errors import Missing, Refused
from kizuna.customers.timeline.events import TaskCompleted, TaskReopened, TaskSkipped
from kizuna.customers.timeline.models import Task


@action(label=_("Complete"), done=_("Task completed."), icon="check", bulk=True, when=lambda task: not task.is_done)
def complete_task(*, actor: Any, task: Task) -> Task:
    """Mark the task as done now; one that repeats is there again for its next day. What is done stays as it is."""
    current = _locked(task)
    if current.done_at is None:
        moment = current.complete(actor)
        _keep(current, TaskCompleted(task_id=current.pk), done_at=Change(None, moment.isoformat()))
        _make_next(actor, current)
    return current


@action(label=_("Open again"), done=_("Open again."), icon="rotate", bulk=True, when=lambda task: task.is_done)
def reopen_task(*, actor: Any, task: Task) -> Task:
    """Mark a task that was done as still to be done. An open task stays as it is."""
    current = _locked(task)
    if current.done_at is not None:
        change = Change(current.done_at.isoformat(), None)
        current.reopen(actor)
        _keep(current, TaskReopened(task_id=current.pk), done_at=change)
    return current


@action(
    label=_("Snooze to tomorrow"),
    done=_("Put off until tomorrow."),
    icon="clock",
    bulk=True,
    when=lambda task: not task.is_done,
)
def snooze_task(*, actor: Any, task: Task) -> Task:
    """Put the task off until tomorrow where I am, at the same time of day. A series keeps its rhythm."""
    if task.is_done:
        raise Refused(_("This is done already."))
    tomorrow = _today(actor) + dt.timedelta(days=1)
    return records.update(actor=actor, record=task, changes={"due_on": tomorrow})  # type: ignore[return-value]


@action(
    label=_("Skip this one"),
    done=_("Skipped."),
    icon="chevron-right",
    when=lambda task: bool(task.repeats) and not task.is_done,
    asks={"day": _("Which day? (empty: this one)")},
)
def skip_task(*, actor: Any, task: Task, day: dt.date | None = None) -> Task:
    """Leave out a day of a task that repeats: this one, or one to come. Refused where it does not come again."""
    current = _locked(task)
    if not current.repeats or current.is_done or current.series_on is None:
        raise Refused(_("This does not repeat."))
    day = day or current.series_on
    if day < current.series_on:
        raise Refused(_("That day is over."))
    current.leave_out(day)
    before = current.due_on
    if day == current.series_on:
        following = current.next_day()
        if following is None:
            raise Refused(_("This is the last one. Complete it, or end the series."))
        current.move_on(following)
    current.touch(actor)
    changes = {} if before == current.due_on else {"due_on": Change(_iso(before), _iso(current.due_on))}
    _keep(current, TaskSkipped(task_id=current.pk, day=day), **changes)
    return current


@action(
    label=_("End the series"),
    done=_("The series is ended."),
    icon="x",
    when=lambda task: bool(task.repeats) and not task.is_done,
)
def end_series(*, actor: Any, task: Task) -> Task:
    """Let the task come no more after this one."""
    return records.update(actor=actor, record=task, changes={"repeats": ""})  # type: ignore[return-value]


def _make_next(actor: Any, done: Task) -> None:
    """The next task of a series, made by Kizuna, once for each that was done; days that are over are passed over."""
    yesterday = _today(actor) - dt.timedelta(days=1)
    day = done.next_day(after=yesterday)
    if day is None or Task.objects.filter(follows_id=done.pk).exists():
        return
    records.create_many(actor=SYSTEM, resource=registry.of(done), records=[done.following(day)])


def _today(actor: Any) -> dt.date:
    return timezone.localdate(timezone=actor.zone)


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _locked(task: Task) -> Task:
    current = Task.objects.live().select_for_update().filter(pk=task.pk).first()
    if current is None:
        raise Missing()
    return current


def _keep(task: Task, event: Event, **changes: Change) -> None:
    task.save()
    publish(event, subjects=[Touched("task", task.pk, changes)])
