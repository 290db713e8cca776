"""Who owns which job, and until when: the few statements that move a job between states.

They are written in SQL because SQLite uses a partial index only when the literal of its condition stands in the
statement (the ORM sends parameters), and because claiming needs UPDATE … RETURNING. PostgreSQL workers step over each
other's rows with SKIP LOCKED; on SQLite a single UPDATE takes the write lock before it reads, which does the same.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from kizuna.base.jobs.models import Job, State

SKIP_LOCKED = "FOR UPDATE SKIP LOCKED"
UNHURRIED = "AND set_config('synchronous_commit', 'off', true) = 'off'"
"""This commit need not wait for the disk: if the server crashes before it is there, the job only runs again. What the
task itself commits is as safe as ever. SQLite does the same with synchronous=NORMAL."""

CLAIM = """
UPDATE jobs_job
SET state = 'running', worker = %s, lease_until = %s, started_at = %s, attempts = attempts + 1
WHERE id = (
    SELECT id FROM jobs_job
    WHERE state = 'waiting' AND run_after IS NULL AND queue = %s
    ORDER BY priority DESC, id LIMIT 1 {skip_locked}
) {unhurried}
RETURNING *
"""
SETTLE = """
UPDATE jobs_job
SET state = %s, run_after = %s, lease_until = NULL, finished_at = %s, result = %s, error = %s,
    progress_done = %s, progress_total = %s, progress_note = %s
WHERE id = %s AND state = 'running' AND worker = %s AND attempts = %s {unhurried}
"""
PROMOTE = """
UPDATE jobs_job SET run_after = NULL
WHERE id IN (
    SELECT id FROM jobs_job WHERE state = 'waiting' AND run_after <= %s ORDER BY run_after LIMIT 1000 {skip_locked}
)
"""
EXPIRED = "SELECT * FROM jobs_job WHERE state = 'running' AND lease_until < %s ORDER BY lease_until LIMIT 1000"
GLANCE = """
SELECT
    EXISTS (SELECT 1 FROM jobs_job WHERE state = 'running' AND lease_until < %s),
    EXISTS (SELECT 1 FROM jobs_job WHERE state = 'waiting' AND run_after <= %s)
"""
READY = ", EXISTS (SELECT 1 FROM jobs_job WHERE state = 'waiting' AND run_after IS NULL AND queue = %s)"


@dataclass(frozen=True)
class Glance:
    """What an idle worker sees in one read: leases that ran out, delays that passed, queues with work."""

    expired: bool
    due: bool
    ready: frozenset[str]


def glance(queues: Sequence[str]) -> Glance:
    """One indexed read and no lock, so that polling an empty queue costs next to nothing."""
    now = _moment(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(GLANCE + READY * len(queues), [now, now, *queues])
        expired, due, *ready = cursor.fetchone()
    busy = frozenset(queue for queue, has_work in zip(queues, ready, strict=True) if has_work)
    return Glance(expired=bool(expired), due=bool(due), ready=busy)


def claim(*, queue: str, worker: str, lease: timedelta) -> Job | None:
    """The most urgent job of `queue` that may run now, owned by `worker` for `lease`; None when there is none."""
    return _first(_sql(CLAIM), _claimed(queue, worker, lease))


def settle(job: Job) -> bool:
    """Write down how the attempt in `job` ended; False when the job was taken from this worker meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(_sql(SETTLE), _settled(job))
        return bool(cursor.rowcount)


def settle_and_claim(finished: Job | None, *, queue: str, worker: str, lease: timedelta) -> Job | None:
    """`settle` the finished job and `claim` the next in one commit; on PostgreSQL in one statement."""
    if finished is None:
        return claim(queue=queue, worker=worker, lease=lease)
    if connection.vendor == "postgresql":
        settled = [*_settled(finished), *_claimed(queue, worker, lease)]
        return _first(_sql(f"WITH settled AS ({SETTLE}) {CLAIM}"), settled)
    with transaction.atomic():
        settle(finished)
        return claim(queue=queue, worker=worker, lease=lease)


def extend(job: Job, *, lease: timedelta) -> bool:
    """Keep the job for another `lease` and show its progress; False when it is no longer ours."""
    changes: dict[str, Any] = {
        "lease_until": timezone.now() + lease,
        "progress_done": job.progress_done,
        "progress_total": job.progress_total,
        "progress_note": job.progress_note,
    }
    return bool(Job.objects.held_by(job).update(**changes))


def release(job: Job) -> bool:
    """Give an unfinished job back without counting the attempt: its worker has to stop, the job did nothing wrong. What
    has one attempt only is begun once, and nobody knows how far it came: it is given up, as where its worker died."""
    held = Job.objects.held_by(job)
    if job.max_attempts > 1:
        return bool(held.update(state=State.WAITING, lease_until=None, worker="", attempts=F("attempts") - 1))
    job.error = f"The worker {job.worker} was stopped while it ran this job, which is begun once."
    job.give_up(now=timezone.now())
    return bool(held.update(state=job.state, lease_until=None, error=job.error, finished_at=job.finished_at))


def promote(*, now: datetime) -> int:
    """Let the jobs whose delay has passed at `now` run; how many."""
    promoted = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_sql(PROMOTE), [_moment(now)])
            promoted += cursor.rowcount
            if cursor.rowcount < 1000:
                return promoted


def reap(*, now: datetime) -> int:
    """Take jobs from workers that stopped extending their lease: run them again, or give up at the last attempt."""
    reaped = 0
    for job in list(Job.objects.raw(EXPIRED, [_moment(now)])):
        held = Job.objects.held_by(job).filter(lease_until=job.lease_until)
        job.error = (
            f"The worker {job.worker} stopped while it ran this job (attempt {job.attempts} of {job.max_attempts})."
        )
        if job.cancel_requested_at:
            job.cancel(now=now)
        elif job.attempts >= job.max_attempts:
            job.give_up(now=now)
        else:
            job.wait(until=None)
        reaped += held.update(
            state=job.state, lease_until=None, error=job.error, finished_at=job.finished_at, run_after=job.run_after
        )
    return reaped


def _claimed(queue: str, worker: str, lease: timedelta) -> list[Any]:
    now = timezone.now()
    return [worker, _moment(now + lease), _moment(now), queue]


def _settled(job: Job) -> list[Any]:
    result = None if job.result is None else json.dumps(job.result)
    ended = [job.state, _moment(job.run_after), _moment(job.finished_at), result, job.error]
    shown = [job.progress_done, job.progress_total, job.progress_note]
    return [*ended, *shown, job.pk, job.worker, job.attempts]


def _first(statement: str, parameters: list[Any]) -> Job | None:
    # All rows are read, because SQLite ends (and commits) the statement only then.
    rows = list(Job.objects.raw(statement, parameters))
    return rows[0] if rows else None


def _sql(statement: str) -> str:
    """The statement for this database: see SKIP_LOCKED and UNHURRIED."""
    postgresql = connection.vendor == "postgresql"
    unhurried = UNHURRIED if postgresql and not connection.in_atomic_block else ""
    return statement.replace("{skip_locked}", SKIP_LOCKED * postgresql).replace("{unhurried}", unhurried)


def _moment(value: datetime | None) -> Any:
    return connection.ops.adapt_datetimefield_value(value)
