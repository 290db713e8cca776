"""Who owns which job: order, leases, and the indexes that keep it quick."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from kizuna.base.jobs import claims
from kizuna.base.jobs.models import Job, State

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def a_job(**values: Any) -> Job:
    return Job.objects.create(**{"name": "anything", **values})


def claimed_by(worker: str, *, lease: timedelta = MINUTE) -> Job:
    job = claims.claim(queue="default", worker=worker, lease=lease)
    assert job is not None
    return job


def test_the_most_urgent_job_is_claimed_first_and_then_the_oldest() -> None:
    late, early, urgent, idle = a_job(), a_job(), a_job(priority=10), a_job(priority=-10)
    assert [claimed_by("ken").pk for _ in range(4)] == [urgent.pk, late.pk, early.pk, idle.pk]
    assert claims.claim(queue="default", worker="ken", lease=MINUTE) is None


def test_a_claimed_job_belongs_to_its_worker_for_the_length_of_the_lease() -> None:
    a_job()
    before = timezone.now()
    job = claimed_by("ken")
    assert (job.state, job.worker, job.attempts) == (State.RUNNING, "ken", 1)
    assert before + MINUTE <= job.lease_until <= timezone.now() + MINUTE


def test_a_worker_takes_jobs_of_its_queue_only() -> None:
    a_job(queue="import")
    assert claims.claim(queue="default", worker="ken", lease=MINUTE) is None
    assert claims.claim(queue="import", worker="ken", lease=MINUTE) is not None


def test_a_delayed_job_is_claimed_after_its_delay() -> None:
    a_job(run_after=timezone.now() + MINUTE)
    assert claims.promote(now=timezone.now()) == 0
    assert claims.claim(queue="default", worker="ken", lease=MINUTE) is None
    assert claims.promote(now=timezone.now() + MINUTE) == 1
    assert claimed_by("ken").run_after is None


def test_more_delayed_jobs_than_one_statement_takes_are_all_promoted() -> None:
    Job.objects.bulk_create([Job(name="anything", run_after=timezone.now()) for _ in range(1001)])
    assert claims.promote(now=timezone.now()) == 1001


def test_settling_one_job_claims_the_next() -> None:
    first, second = a_job(), a_job()
    job = claimed_by("ken")
    job.finish({"answer": 42}, now=timezone.now())
    following = claims.settle_and_claim(job, queue="default", worker="ken", lease=MINUTE)
    assert following is not None
    assert following.pk == second.pk
    first.refresh_from_db()
    assert (first.state, first.result, first.lease_until) == (State.DONE, {"answer": 42}, None)


def test_the_last_job_is_settled_when_there_is_no_next() -> None:
    a_job()
    job = claimed_by("ken")
    job.finish(None, now=timezone.now())
    assert claims.settle_and_claim(job, queue="default", worker="ken", lease=MINUTE) is None
    assert Job.objects.get().state == State.DONE


def test_a_job_that_was_taken_away_is_neither_settled_nor_extended_by_its_old_worker() -> None:
    a_job()
    old = claimed_by("ken", lease=-MINUTE)
    claims.reap(now=timezone.now())
    new = claimed_by("yuna")
    old.finish("too late", now=timezone.now())
    assert not claims.settle(old)
    assert not claims.extend(old, lease=MINUTE)
    assert not claims.release(old)
    new.refresh_from_db()
    assert (new.state, new.worker, new.result) == (State.RUNNING, "yuna", None)


def test_a_job_given_back_has_not_used_up_an_attempt() -> None:
    a_job()
    assert claims.release(claimed_by("ken"))
    job = Job.objects.get()
    assert (job.state, job.attempts, job.lease_until, job.worker) == (State.WAITING, 0, None, "")


def test_what_is_begun_once_is_given_up_when_its_worker_has_to_stop() -> None:
    """A letter that was on its way may have gone: it is not sent again by itself."""
    a_job(max_attempts=1)
    assert claims.release(claimed_by("ken"))
    job = Job.objects.get()
    assert (job.state, job.attempts) == (State.DEAD, 1)
    assert job.reason == "The worker ken was stopped while it ran this job, which is begun once."


def test_the_job_of_a_silent_worker_waits_for_another() -> None:
    a_job()
    claimed_by("ken", lease=-MINUTE)
    assert claims.reap(now=timezone.now()) == 1
    job = Job.objects.get()
    assert (job.state, job.attempts) == (State.WAITING, 1)
    assert job.reason == "The worker ken stopped while it ran this job (attempt 1 of 5)."


def test_a_worker_that_keeps_its_lease_keeps_its_job() -> None:
    a_job()
    job = claimed_by("ken", lease=-MINUTE)
    assert claims.extend(job, lease=MINUTE)
    assert claims.reap(now=timezone.now()) == 0


def test_a_job_that_silences_every_worker_is_given_up_with_its_reason() -> None:
    a_job(max_attempts=1)
    claimed_by("ken", lease=-MINUTE)
    claims.reap(now=timezone.now())
    job = Job.objects.get()
    assert job.state == State.DEAD
    assert "attempt 1 of 1" in job.reason
    assert job.finished_at is not None


def test_a_job_that_was_to_stop_is_cancelled_when_its_worker_falls_silent() -> None:
    a_job(cancel_requested_at=timezone.now())
    claimed_by("ken", lease=-MINUTE)
    claims.reap(now=timezone.now())
    assert Job.objects.get().state == State.CANCELLED


def test_a_glance_sees_what_there_is_to_do() -> None:
    assert claims.glance(["default", "import"]) == claims.Glance(expired=False, due=False, ready=frozenset())
    a_job()
    claimed_by("ken", lease=-MINUTE)
    a_job(queue="import")
    a_job(run_after=timezone.now())
    a_job(run_after=timezone.now() + MINUTE)
    assert claims.glance(["default", "import"]) == claims.Glance(expired=True, due=True, ready=frozenset({"import"}))


@pytest.mark.parametrize(
    ("statement", "parameters", "index"),
    [
        (claims.CLAIM, ["ken", None, None, "default"], "jobs_ready"),
        (claims.PROMOTE, ["2026-01-01 00:00:00+00:00"], "jobs_delayed"),
        (claims.EXPIRED, ["2026-01-01 00:00:00+00:00"], "jobs_leased"),
    ],
    ids=["claim", "promote", "expired"],
)
def test_no_question_of_a_worker_reads_finished_jobs(statement: str, parameters: list[Any], index: str) -> None:
    finished = {"name": "anything", "state": State.DONE, "finished_at": timezone.now()}
    Job.objects.bulk_create([Job(**finished) for _ in range(5000)])
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE jobs_job")
        cursor.execute(explain + claims._sql(statement), parameters)
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert index in plan
    assert "SCAN jobs_job" not in plan
    assert "Seq Scan" not in plan


def test_only_commits_of_its_own_are_left_to_reach_the_disk_later() -> None:
    assert "synchronous_commit" not in claims._sql(claims.SETTLE), "this one would be the commit of whoever called"


@pytest.mark.django_db(transaction=True)
def test_a_commit_of_its_own_need_not_wait_for_the_disk_on_postgresql() -> None:
    assert ("synchronous_commit" in claims._sql(claims.SETTLE)) == (connection.vendor == "postgresql")
    a_job()
    claimed_by("ken")
    assert Job.objects.get().state == State.RUNNING
