"""The Django Tasks backend: `enqueue` inserts a row in the caller's transaction, and that is all it does.

Models are imported inside the methods, because tasks are declared (and a backend made) while apps still load.
"""

from typing import Any

from django_tasks import TaskResult
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task
from django_tasks.exceptions import TaskResultDoesNotExist

from kizuna.base.jobs import payloads
from kizuna.base.jobs.running import current_job
from kizuna.base.jobs.tasks import JobTask, find_task
from kizuna.base.types import rows


class DatabaseBackend(BaseTaskBackend):
    """Jobs in the database of the records, so that a job and its cause commit or vanish together."""

    task_class = JobTask
    supports_defer = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task: Task, args: tuple, kwargs: dict[str, Any]) -> TaskResult:
        """Insert the job; it inherits actor and cause from the job that runs here unless the task names others."""
        from kizuna.base.jobs.models import Job

        assert isinstance(task, JobTask)  # `task_class` says so
        parent = current_job()
        job = Job(
            name=task.module_path,
            arguments=payloads.bind(task.func, args, kwargs, takes_context=task.takes_context),
            queue=task.queue_name,
            priority=task.priority,
            run_after=task.run_after,
            max_attempts=task.max_attempts,
            actor_id=task.actor_id if task.actor_id is not None or not parent else parent.actor_id,
            event_id=task.event_id if task.event_id is not None or not parent else parent.event_id,
        )
        rows.insert(job)
        return task.result_of(job)

    def get_result(self, result_id: str) -> TaskResult:
        from kizuna.base.jobs.models import Job

        job = Job.objects.filter(pk=result_id).first() if str(result_id).isdecimal() else None
        if job is None:
            raise TaskResultDoesNotExist(result_id)
        return find_task(job.name).result_of(job)
