"""Run it later, run it every morning, and say how far it has come.

Decorate a function with `@task` and call `fn.enqueue(order_id=42)`: that inserts a row in the caller's transaction,
so a rollback leaves no job, and a commit makes sure that it runs.
"""

from kizuna.base.jobs.inline import run_waiting
from kizuna.base.jobs.running import cancelled, current_job, progress
from kizuna.base.jobs.schedules import every
from kizuna.base.jobs.tasks import exponential, task

__all__ = ["cancelled", "current_job", "every", "exponential", "progress", "run_waiting", "task"]
