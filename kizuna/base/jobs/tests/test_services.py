"""People stop jobs and run them again: administrators all of them, others their own."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from kizuna.base.jobs import run_waiting
from kizuna.base.jobs.models import Job, State
from kizuna.base.jobs.services import cancel_job, discard_job, retry_dead_jobs, retry_job
from kizuna.base.jobs.tests import chores
from kizuna.base.types.errors import Denied, Missing, Refused

pytestmark = pytest.mark.django_db
ADMIN = SimpleNamespace(id=1, is_admin=True)
MINA = SimpleNamespace(id=7, is_admin=False)
KEN = SimpleNamespace(id=8, is_admin=False)
SYSTEM_NOBODY = SimpleNamespace(id=None, is_admin=False)


def a_job(**values: Any) -> Job:
    return Job.objects.create(**{"name": chores.add.module_path, "arguments": {"left": 1, "right": 1}, **values})


def test_mina_cancels_her_job_and_it_never_runs() -> None:
    job = cancel_job(actor=MINA, job_id=a_job(actor_id=7).pk)
    assert job.state == State.CANCELLED
    assert run_waiting() == []


@pytest.mark.parametrize("verb", [cancel_job, discard_job, retry_job])
def test_ken_does_not_even_see_the_job_of_mina(verb: Any) -> None:
    for job in (a_job(actor_id=7), a_job(actor_id=None)):
        for actor in (KEN, SYSTEM_NOBODY):
            with pytest.raises(Missing):
                verb(actor=actor, job_id=job.pk)
    with pytest.raises(Missing):
        verb(actor=ADMIN, job_id=0)


def test_a_running_job_is_asked_to_stop() -> None:
    job = a_job(state=State.RUNNING, lease_until=timezone.now())
    asked = cancel_job(actor=ADMIN, job_id=job.pk).cancel_requested_at
    assert asked is not None
    job.refresh_from_db()
    assert (job.state, job.cancel_requested_at) == (State.RUNNING, asked)
    assert cancel_job(actor=ADMIN, job_id=job.pk).cancel_requested_at == asked


@pytest.mark.parametrize("state", [State.DONE, State.DEAD, State.CANCELLED])
def test_a_job_that_has_ended_cannot_be_cancelled(state: State) -> None:
    with pytest.raises(Refused):
        cancel_job(actor=ADMIN, job_id=a_job(state=state).pk)


def test_a_dead_job_runs_again_with_all_its_attempts() -> None:
    job = a_job(state=State.DEAD, attempts=5, error="Spoilt: milk", finished_at=timezone.now())
    job = retry_job(actor=ADMIN, job_id=job.pk)
    assert (job.state, job.attempts, job.finished_at) == (State.WAITING, 0, None)
    assert [(done.pk, done.state, done.error) for done in run_waiting()] == [(job.pk, State.DONE, "")]


def test_a_cancelled_job_runs_again() -> None:
    job = cancel_job(actor=ADMIN, job_id=a_job().pk)
    retry_job(actor=ADMIN, job_id=job.pk)
    assert [job.state for job in run_waiting()] == [State.DONE]


def test_a_job_that_waits_for_its_time_runs_now() -> None:
    job = a_job(run_after=timezone.now() + timedelta(days=1), attempts=2)
    retry_job(actor=ADMIN, job_id=job.pk)
    assert len(run_waiting()) == 1


@pytest.mark.parametrize("state", [State.RUNNING, State.DONE])
def test_a_job_that_runs_or_is_done_is_not_run_again(state: State) -> None:
    job = a_job(state=state, lease_until=timezone.now() if state == State.RUNNING else None)
    with pytest.raises(Refused):
        retry_job(actor=ADMIN, job_id=job.pk)


def test_only_what_was_given_up_is_let_go() -> None:
    dead = a_job(state=State.DEAD, finished_at=timezone.now())
    assert discard_job(actor=ADMIN, job_id=dead.pk).state == State.CANCELLED
    for state in (State.WAITING, State.DONE, State.CANCELLED):
        with pytest.raises(Refused):
            discard_job(actor=ADMIN, job_id=a_job(state=state).pk)


def test_an_administrator_runs_everything_again_that_was_given_up() -> None:
    dead = [a_job(state=State.DEAD, attempts=5, finished_at=timezone.now()).pk for _ in range(2)]
    a_job(state=State.CANCELLED, finished_at=timezone.now())
    with pytest.raises(Denied):
        retry_dead_jobs(actor=MINA)
    assert retry_dead_jobs(actor=ADMIN) == 2
    assert [(job.pk, job.state) for job in run_waiting()] == [(pk, State.DONE) for pk in dead]
