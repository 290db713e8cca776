"""Jobs in this very process and thread: for tests, and for commands that want to see their work done."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django_tasks import default_task_backend

from kizuna.base.jobs.running import Running, perform

if TYPE_CHECKING:
    from kizuna.base.jobs.models import Job

LEASE = timedelta(minutes=1)


def run_waiting(*, now: datetime | None = None) -> list["Job"]:
    """Run every job that is due at `now` (the present unless given), and those that these enqueue, until none is left.

    A job that fails waits for its backoff and is not tried again, unless `now` lies after it. Answers the jobs as
    they are afterwards, in the order they ran; failures are in `job.state` and `job.error`, not raised.
    """
    from kizuna.base.jobs import claims

    queues = sorted(default_task_backend.queues)
    finished: list[Job] = []
    while True:
        claims.promote(now=now or timezone.now())
        claimed = (claims.claim(queue=queue, worker="inline", lease=LEASE) for queue in queues)
        job = next((job for job in claimed if job), None)
        if job is None:
            return finished
        perform(Running(job, show=lambda running: claims.extend(running.job, lease=LEASE)))
        claims.settle(job)
        finished.append(job)
