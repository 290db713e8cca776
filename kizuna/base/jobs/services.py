"""What people do with jobs: stop one, run one again, or let go what was given up."""

from typing import Protocol

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.jobs.models import Job, State
from kizuna.base.types.errors import Denied, Missing, Refused


class Actor(Protocol):
    """Who asks: an administrator may touch every job, others their own."""

    id: int | None
    is_admin: bool


@transaction.atomic
def cancel_job(*, actor: Actor, job_id: int) -> Job:
    """Stop a job: one that waits is cancelled now, one that runs is asked to (see `jobs.cancelled`)."""
    job = _job_for(actor, job_id)
    if job.is_finished:
        raise Refused(_("This job has already ended."))
    job.cancel_requested_at = job.cancel_requested_at or timezone.now()
    if job.state == State.WAITING:
        job.cancel(now=timezone.now())
    job.save(update_fields=["state", "run_after", "cancel_requested_at", "finished_at"])
    return job


@transaction.atomic
def retry_job(*, actor: Actor, job_id: int) -> Job:
    """Run a job now, with all its attempts: one that was given up or cancelled, or that waits for its time."""
    job = _job_for(actor, job_id)
    if job.state == State.RUNNING:
        raise Refused(_("This job is running."))
    if job.state == State.DONE:
        raise Refused(_("This job is done; running it again would do its work twice."))
    job.wait(until=None)
    job.attempts, job.finished_at, job.cancel_requested_at = 0, None, None
    job.save(update_fields=["state", "run_after", "attempts", "cancel_requested_at", "finished_at"])
    return job


@transaction.atomic
def discard_job(*, actor: Actor, job_id: int) -> Job:
    """Let a job go that was given up: it counts as cancelled from now on, and is purged with those."""
    job = _job_for(actor, job_id)
    if job.state != State.DEAD:
        raise Refused(_("Only a job that was given up can be let go."))
    job.cancel(now=timezone.now())
    job.save(update_fields=["state", "run_after", "finished_at"])
    return job


@transaction.atomic
def retry_dead_jobs(*, actor: Actor) -> int:
    """Run every job again that was given up, say after a day without a mail server. Answers how many."""
    if not actor.is_admin:
        raise Denied()
    return Job.objects.filter(state=State.DEAD).update(
        state=State.WAITING, run_after=None, attempts=0, finished_at=None, cancel_requested_at=None
    )


def _job_for(actor: Actor, job_id: int) -> Job:
    """The row, locked against the workers; Missing for a job that is not the actor's to touch."""
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None or not (actor.is_admin or (job.actor_id is not None and job.actor_id == actor.id)):
        raise Missing()
    return job
