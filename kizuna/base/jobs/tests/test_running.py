"""What becomes of a job: done, tried again, given up, cancelled."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone, translation

from kizuna.base.jobs import cancelled, current_job, progress, run_waiting
from kizuna.base.jobs.models import NOTE_LENGTH, Job, State
from kizuna.base.jobs.services import cancel_job
from kizuna.base.jobs.tests import chores

pytestmark = pytest.mark.django_db
ADMIN = SimpleNamespace(id=1, is_admin=True)


def only_job() -> Job:
    return Job.objects.get()


def test_a_job_that_works_is_done_with_its_result() -> None:
    chores.add.enqueue(left=20, right=22)
    before = timezone.now()
    assert [job.state for job in run_waiting()] == [State.DONE]
    job = only_job()
    assert (job.state, job.result, job.attempts, job.error, job.lease_until) == (State.DONE, 42, 1, "", None)
    assert before <= job.started_at <= job.finished_at


def test_jobs_that_jobs_enqueue_run_too() -> None:
    chores.enqueue_another.enqueue()
    assert [job.name.rpartition(".")[2] for job in run_waiting()] == ["enqueue_another", "add"]


def test_a_job_that_fails_waits_for_its_backoff() -> None:
    chores.fail.enqueue(reason="the milk is sour")
    before = timezone.now()
    run_waiting()
    job = only_job()
    assert (job.state, job.attempts) == (State.WAITING, 1)
    assert before + timedelta(seconds=60) <= job.run_after <= timezone.now() + timedelta(seconds=60)
    assert job.reason == "Spoilt: the milk is sour"
    assert run_waiting() == []


def test_a_job_that_fails_again_and_again_is_given_up_and_keeps_its_reason() -> None:
    chores.fail.enqueue(reason="the milk is sour")
    run_waiting(now=timezone.now() + timedelta(days=1))
    job = only_job()
    assert (job.state, job.attempts, job.run_after) == (State.DEAD, 3, None)
    assert job.finished_at is not None
    assert job.reason == "Spoilt: the milk is sour"
    assert "raise Spoilt(reason)" in job.error


def test_a_backoff_can_give_up_at_once() -> None:
    chores.fail_for_good.enqueue()
    run_waiting()
    assert (only_job().state, only_job().attempts) == (State.DEAD, 1)


def test_a_backoff_that_fails_itself_is_replaced_by_the_usual_one() -> None:
    chores.fail_with_a_broken_backoff.enqueue()
    run_waiting()
    assert only_job().state == State.WAITING
    assert only_job().reason == "Spoilt: first"


def test_a_task_that_leaves_the_program_has_failed() -> None:
    chores.leave.enqueue()
    run_waiting()
    assert only_job().reason == "SystemExit: leaving"


def test_a_job_for_a_task_that_is_gone_waits_for_the_code_to_come_back() -> None:
    Job.objects.create(name="kizuna.base.jobs.tests.chores.gone")
    run_waiting()
    assert only_job().state == State.WAITING
    assert only_job().reason.startswith("UnknownTask: There is no task kizuna.base.jobs.tests.chores.gone")


def test_a_result_that_is_not_json_gives_up_without_doing_the_work_twice() -> None:
    chores.answer_with_a_set.enqueue()
    run_waiting()
    job = only_job()
    assert (job.state, job.attempts) == (State.DEAD, 1)
    assert "answer_with_a_set is a set" in job.reason


def test_a_task_that_breaks_a_rule_of_the_database_fails_alone() -> None:
    chores.break_a_rule.enqueue()
    chores.survive_a_broken_rule.enqueue()
    first, second = run_waiting()
    assert (first.state, first.reason.partition(":")[0]) == (State.WAITING, "IntegrityError")
    assert second.result == "survived"


def test_any_failure_can_be_written_down() -> None:
    chores.fail.enqueue(reason="x" * 10_000)
    job = Job.objects.create(name="kizuna.base.jobs.tests.chores.fail", arguments={"reason": "fine"})
    job.note_failure(ValueError("NUL \0 and half \ud83d\nsecond line"))
    job.save()
    job.refresh_from_db()
    assert job.reason == "ValueError: NUL \N{REPLACEMENT CHARACTER} and half ?"
    run_waiting()
    assert all(len(job.reason) <= 500 and len(job.error) < 5000 for job in Job.objects.all())


def test_progress_is_kept_with_the_job() -> None:
    chores.count_to.enqueue(number=3)
    run_waiting()
    job = only_job()
    assert (job.progress_done, job.progress_total, job.progress_note) == (3, 3, "counting")


def test_progress_outside_a_job_does_nothing() -> None:
    progress(done=1, total=2, note="x" * NOTE_LENGTH * 2)
    assert current_job() is None
    assert not cancelled()


def test_a_job_knows_who_started_it_and_why() -> None:
    result = chores.who_am_i.using(actor_id=7, event_id=9).enqueue()
    run_waiting()
    assert only_job().result == [int(result.id), 7, 9]


def test_a_job_inherits_actor_and_cause_from_the_job_that_enqueued_it() -> None:
    chores.enqueue_another.using(actor_id=7, event_id=9).enqueue()
    run_waiting()
    assert list(Job.objects.values_list("actor_id", "event_id")) == [(7, 9), (7, 9)]


def test_the_language_of_whoever_enqueues_does_not_reach_the_job() -> None:
    chores.language_here.enqueue()
    with translation.override("ko"):
        run_waiting()
        assert translation.get_language() == "ko"
    assert only_job().result == "en"


def test_a_job_cancelled_before_it_was_claimed_again_does_not_run() -> None:
    Job.objects.create(
        name=chores.add.module_path, arguments={"left": 1, "right": 1}, cancel_requested_at=timezone.now()
    )
    run_waiting()
    assert (only_job().state, only_job().result) == (State.CANCELLED, None)


def test_a_cancelled_job_does_not_run() -> None:
    result = chores.add.enqueue(left=1, right=1)
    cancel_job(actor=ADMIN, job_id=int(result.id))
    assert run_waiting() == []
