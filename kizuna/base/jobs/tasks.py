"""The `task` decorator: the Django Tasks API plus attempts and backoff.

The names follow django-tasks (and `django.tasks` of Django 6); `max_attempts` and `backoff` follow the signature
proposed there (django/new-features #142), so that a later move is a rename.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.utils.module_loading import import_string
from django_tasks import TaskResult, TaskResultStatus
from django_tasks import task as declare
from django_tasks.base import Task, TaskError
from django_tasks.exceptions import InvalidTaskError
from typing_extensions import ParamSpec

from kizuna.base.jobs import payloads

if TYPE_CHECKING:
    from kizuna.base.jobs.models import Job

T = TypeVar("T")
P = ParamSpec("P")
Backoff = Callable[[BaseException, TaskResult], float | None]

FIRST_DELAY = 5  # seconds
LONGEST_DELAY = 3600  # seconds


STATUS = {
    "waiting": TaskResultStatus.READY,
    "running": TaskResultStatus.RUNNING,
    "done": TaskResultStatus.SUCCESSFUL,
    "dead": TaskResultStatus.FAILED,
    "cancelled": TaskResultStatus.FAILED,
}


class UnknownTask(LookupError):
    """A job names a task that this version of the code does not have."""


def pause_after(attempts: int) -> float:
    """Seconds: 5, 20, 80, 320 … at most an hour, spread by a fifth so that a crowd of failures scatters."""
    delay = min(FIRST_DELAY * 4 ** (attempts - 1), LONGEST_DELAY)
    return delay * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, protects nothing


def exponential(exception: BaseException, result: TaskResult) -> float:
    """The usual backoff: longer after every attempt, whatever went wrong."""
    return pause_after(result.attempts)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTask(Task[P, T]):
    """A task whose jobs are retried. `actor_id` and `event_id` say on whose behalf and because of what a job runs."""

    max_attempts: int = 5
    backoff: Backoff = exponential
    actor_id: int | None = None
    event_id: int | None = None

    def __post_init__(self) -> None:
        Task.__post_init__(self)
        payloads.check_signature(self.func)
        if self.max_attempts < 1:
            raise InvalidTaskError("max_attempts must be at least 1.")

    def using(
        self,
        *,
        priority: int | None = None,
        queue_name: str | None = None,
        run_after: datetime | None = None,
        backend: str | None = None,
        actor_id: int | None = None,
        event_id: int | None = None,
    ) -> Self:
        """The same task with other settings for the next enqueue; what is not given stays."""
        given = {key: value for key, value in locals().items() if key != "self" and value is not None}
        return replace(self, **given)

    def result_of(self, job: "Job") -> TaskResult[T]:
        """The job in the words of Django Tasks; `attempts` counts the running one."""
        result: TaskResult[T] = TaskResult(
            task=self,
            id=str(job.pk),
            status=STATUS[job.state],
            enqueued_at=job.created_at,
            started_at=job.started_at,
            finished_at=job.finished_at,
            last_attempted_at=job.started_at,
            args=[],
            kwargs=job.arguments,
            backend=self.backend,
            # Only the text of the last failure is kept, so its class is the general one.
            errors=[TaskError(exception_class_path="builtins.Exception", traceback=job.error)] if job.error else [],
            worker_ids=[job.worker] * job.attempts,
        )
        object.__setattr__(result, "_return_value", job.result)
        return result


def task(
    function: Callable | None = None,
    *,
    max_attempts: int = 5,
    backoff: Backoff = exponential,
    priority: int = 0,
    queue: str = "default",
    takes_context: bool = False,
) -> Any:
    """Make a module-level function a task: `fn.enqueue(**kwargs)` runs it later, `fn.call(**kwargs)` now.

    `backoff(exception, result)` answers the seconds until the next attempt, or None to give up; `result.attempts`
    counts from 1. A higher `priority` (-100 to 100) runs earlier. A task may run more than once (its worker can die
    after the work and before the note of it), so it must be safe to repeat; or it has one attempt: then it is begun
    once, whatever becomes of its worker, and given up where nobody knows how it ended.
    """
    settings: dict[str, Any] = {
        "max_attempts": max_attempts,
        "backoff": backoff,
        "priority": priority,
        "queue_name": queue,
        "takes_context": takes_context,
    }
    decorate = declare(**settings)
    return decorate if function is None else decorate(function)


def find_task(name: str) -> JobTask:
    """The task with the dotted path `name`; UnknownTask when there is none."""
    try:
        found = import_string(name)
    except ImportError as error:
        raise UnknownTask(f"There is no task {name}: {error}") from error
    if not isinstance(found, JobTask):
        raise UnknownTask(f"{name} is not a task.")
    return found
