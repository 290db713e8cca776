"""One row per job: it is the outbox, the queue, and what people see of it."""

import traceback
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

REASON_LENGTH = 500
TRACEBACK_LENGTH = 4000
NOTE_LENGTH = 200
WORKER_LENGTH = 120


class State(models.TextChoices):
    """Where a job stands. A job that failed and will be tried again is waiting, with attempts above zero."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    DEAD = "dead", _("Given up")
    CANCELLED = "cancelled", _("Cancelled")


class JobQuerySet(models.QuerySet):
    def waiting(self) -> "JobQuerySet":
        return self.filter(state=State.WAITING)

    def held_by(self, job: "Job") -> "JobQuerySet":
        """The row of `job` as long as the attempt in memory is still the one that counts."""
        return self.filter(pk=job.pk, state=State.RUNNING, worker=job.worker, attempts=job.attempts)


class Job(models.Model):
    """A call to make: `name(**arguments)`.

    `run_after` is null when the job may run now: the claim index holds only those, so that a million jobs that
    wait for next week cost a poll nothing. The worker that runs the job owns it until `lease_until`.
    """

    name = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    queue = models.CharField(max_length=50, default="default")
    priority = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    run_after = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=5)
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=WORKER_LENGTH, blank=True, default="")
    result = models.JSONField(null=True)
    error = models.TextField(blank=True, default="")
    progress_done = models.BigIntegerField(null=True)
    progress_total = models.BigIntegerField(null=True)
    progress_note = models.CharField(max_length=NOTE_LENGTH, blank=True, default="")
    cancel_requested_at = models.DateTimeField(null=True)
    actor_id = models.BigIntegerField(null=True)
    event_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        # Each index holds only the rows that its question is about, so millions of finished jobs are in none of them.
        indexes = [
            models.Index(
                "queue",
                F("priority").desc(),
                "id",
                name="jobs_ready",
                condition=Q(state=State.WAITING, run_after__isnull=True),
            ),
            models.Index(
                fields=["run_after"], name="jobs_delayed", condition=Q(state=State.WAITING, run_after__isnull=False)
            ),
            models.Index(fields=["lease_until"], name="jobs_leased", condition=Q(state=State.RUNNING)),
            models.Index(fields=["finished_at"], name="jobs_dead", condition=Q(state=State.DEAD)),
        ]
        constraints = [
            models.CheckConstraint(name="jobs_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="jobs_lease_while_running",
                condition=Q(state=State.RUNNING, lease_until__isnull=False)
                | (~Q(state=State.RUNNING) & Q(lease_until__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.state in {State.DONE, State.DEAD, State.CANCELLED}

    @property
    def reason(self) -> str:
        """The first line of the last error: what a person reads in the list."""
        return self.error.partition("\n")[0]

    def wait(self, *, until: datetime | None) -> None:
        """Back in line, now (None) or at a moment."""
        self.state, self.lease_until, self.run_after = State.WAITING, None, until

    def finish(self, result: Any, *, now: datetime) -> None:
        self._end(State.DONE, now=now)
        self.result, self.error = result, ""

    def give_up(self, *, now: datetime) -> None:
        self._end(State.DEAD, now=now)

    def cancel(self, *, now: datetime) -> None:
        self._end(State.CANCELLED, now=now)

    def note_failure(self, exception: BaseException) -> None:
        """Keep why: one short line, then the tail of the traceback."""
        reason = f"{type(exception).__name__}: {exception}".partition("\n")[0][:REASON_LENGTH]
        tail = "".join(traceback.format_exception(exception))[-TRACEBACK_LENGTH:]
        # A failure must be storable whatever was in the data that caused it.
        self.error = f"{reason}\n\n{tail}".replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()

    def _end(self, state: State, *, now: datetime) -> None:
        self.state, self.lease_until, self.run_after, self.finished_at = state, None, None, now


class Schedule(models.Model):
    """When a periodic task is due next. Workers race to move `next_at`; the one that moves it enqueues the job."""

    name = models.CharField(max_length=200, unique=True)
    timing = models.CharField(max_length=100)
    next_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True)
    last_job_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")

    def __str__(self) -> str:
        return f"{self.name} ({self.timing})"
