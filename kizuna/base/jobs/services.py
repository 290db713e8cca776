"""What people do with jobs: stop one, or run one again."""

from typing import Protocol

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.jobs.models import Job, State
from kizuna.base.types.errors import Missing, Refused


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


def _job_for(actor: Actor, job_id: int) -> Job:
    """The row, locked against the workers; Missing for a job that is not the actor's to touch."""
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None or not (actor.is_admin or (job.actor_id is not None and job.actor_id == actor.id)):
        raise Missing()
    return job
