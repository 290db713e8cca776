"""The job that runs now: what it may say about itself, and what becomes of it."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from contextvars import Context, ContextVar
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django_tasks import TaskContext

from kizuna.base.jobs.payloads import NotPlain, plain
from kizuna.base.jobs.tasks import JobTask, UnknownTask, find_task, pause_after

logger = logging.getLogger("kizuna.jobs")


class Running:
    """One attempt of a job in this thread. `show` is called when there is progress to write down."""

    def __init__(self, job: Any, *, show: Callable[["Running"], object]) -> None:
        self.job = job
        self.show = show
        self.changed = False
        self.saw_cancellation = False


_running: ContextVar[Running | None] = ContextVar("kizuna_running_job", default=None)


def current_job() -> Any | None:
    """The Job whose task is running here (a copy in memory: read `id`, `actor_id`, `event_id`, `attempts`), or None."""
    running = _running.get()
    return running.job if running else None


def progress(*, done: int | None = None, total: int | None = None, note: str | None = None) -> None:
    """Say how far the running job has come; outside a job this does nothing. What is not given stays.

    A worker writes it on a connection of its own, at most five times a second, so others see it even while the
    task is in a transaction. SQLite has one writer: there, progress shows when the task commits, so a long task
    commits in batches.
    """
    running = _running.get()
    if running is None:
        return
    job = running.job
    if done is not None:
        job.progress_done = done
    if total is not None:
        job.progress_total = total
    if note is not None:
        job.progress_note = note[: job._meta.get_field("progress_note").max_length]
    running.changed = True
    running.show(running)


def cancelled() -> bool:
    """Whether someone asked for the running job to stop. One indexed read: ask once per batch, then return early."""
    running = _running.get()
    if running is None:
        return False
    wanted = type(running.job).objects.filter(pk=running.job.pk, cancel_requested_at__isnull=False).exists()
    running.saw_cancellation = running.saw_cancellation or wanted
    return wanted


def perform(running: Running) -> None:
    """Run the job and change it in memory to what becomes of it: done, waiting for another attempt, dead or cancelled.

    Every job runs in a fresh context, so that a language, time zone or actor set elsewhere never reaches it.
    """
    Context().run(_perform, running)


def _perform(running: Running) -> None:
    _running.set(running)
    job = running.job
    if job.cancel_requested_at:
        job.cancel(now=timezone.now())
        return
    try:
        task = find_task(job.name)
        with _savepoint_in_tests():
            value = _call(task, job)
    except (Exception, SystemExit) as error:
        _fail(running, error)
    else:
        _finish(running, value)


def _call(task: JobTask, job: Any) -> Any:
    if not task.takes_context:
        return task.call(**job.arguments)
    return task.call(TaskContext(task_result=task.result_of(job)), **job.arguments)


def _savepoint_in_tests() -> AbstractContextManager:
    """Inside a test's transaction a failing task must not break what surrounds it; a worker adds no transaction."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def _finish(running: Running, value: Any) -> None:
    job = running.job
    try:
        result = plain(value, where=f"The result of {job.name}")
    except NotPlain as error:
        # The work is done and would only be done twice: keep the reason and do not repeat it.
        job.note_failure(error)
        job.give_up(now=timezone.now())
        logger.error("%s is given up: %s", job, job.reason)
        return
    job.finish(result, now=timezone.now())
    if running.saw_cancellation:
        job.cancel(now=timezone.now())


def _fail(running: Running, error: BaseException) -> None:
    job = running.job
    job.note_failure(error)
    delay = _delay(job, error)
    if running.saw_cancellation:
        job.cancel(now=timezone.now())
    elif delay is None:
        job.give_up(now=timezone.now())
    else:
        job.wait(until=timezone.now() + timedelta(seconds=delay))
    logger.warning(
        "%s failed, attempt %d of %d, now %s: %s", job, job.attempts, job.max_attempts, job.state, job.reason
    )


def _delay(job: Any, error: BaseException) -> float | None:
    """Seconds until the next attempt, None to give up."""
    if job.attempts >= job.max_attempts:
        return None
    try:
        task = find_task(job.name)
        return task.backoff(error, task.result_of(job))
    except UnknownTask:
        return pause_after(job.attempts)
    except Exception:
        logger.exception("The backoff of %s failed; taking the usual delay", job.name)
        return pause_after(job.attempts)
