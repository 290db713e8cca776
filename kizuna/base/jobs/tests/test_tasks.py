"""Mina enqueues work; what she wrote down is what will run."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.exceptions import InvalidTaskError, TaskResultDoesNotExist, TaskResultMismatch

from kizuna.base.jobs import run_waiting, task
from kizuna.base.jobs.models import Job, State
from kizuna.base.jobs.tasks import LONGEST_DELAY, UnknownTask, exponential, find_task, pause_after
from kizuna.base.jobs.tests import chores

pytestmark = pytest.mark.django_db


def unnamed(*letters: str) -> None:
    """A function that cannot be a task."""


def test_a_job_waits_with_its_arguments_in_the_queue_of_its_task() -> None:
    result = chores.echo.enqueue("hello", times=2, mood="good")
    job = Job.objects.get(pk=result.id)
    assert (job.name, job.state, job.queue) == ("kizuna.base.jobs.tests.chores.echo", State.WAITING, "default")
    assert job.arguments == {"message": "hello", "times": 2, "mood": "good"}
    assert (job.attempts, job.max_attempts, job.run_after) == (0, 5, None)


@pytest.mark.django_db(transaction=True)
def test_a_job_of_a_transaction_that_rolls_back_never_was() -> None:
    with transaction.atomic():
        chores.add.enqueue(left=1, right=2)
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert run_waiting() == []


def test_an_argument_that_is_not_json_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match=r"Argument 'left' of .*add is a datetime"):
        chores.add.enqueue(left=timezone.now(), right=2)
    assert not Job.objects.exists()


def test_a_call_that_does_not_fit_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'middle'"):
        chores.add.enqueue(left=1, right=2, middle=3)


def test_using_changes_the_next_job_only() -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    urgent = chores.add.using(priority=50, run_after=tomorrow, actor_id=7, event_id=9)
    job = Job.objects.get(pk=urgent.enqueue(left=1, right=2).id)
    assert (job.priority, job.run_after, job.actor_id, job.event_id) == (50, tomorrow, 7, 9)
    usual = Job.objects.get(pk=chores.add.enqueue(left=1, right=2).id)
    assert (usual.priority, usual.run_after, usual.actor_id, usual.event_id) == (0, None, None, None)


def test_the_result_can_be_read_in_the_words_of_django_tasks() -> None:
    result = chores.add.enqueue(left=1, right=2)
    assert result.status == TaskResultStatus.READY
    run_waiting()
    result.refresh()
    assert (result.status, result.return_value, result.attempts) == (TaskResultStatus.SUCCESSFUL, 3, 1)
    assert chores.add.get_result(result.id).return_value == 3
    with pytest.raises(TaskResultMismatch):
        chores.echo.get_result(result.id)


def test_the_result_of_a_failure_says_why() -> None:
    result = chores.fail_for_good.enqueue()
    run_waiting()
    result.refresh()
    assert result.status == TaskResultStatus.FAILED
    assert "no use trying again" in result.errors[0].traceback


@pytest.mark.parametrize("unknown", ["987654321", "twelve", ""])
def test_a_result_that_does_not_exist_is_missing(unknown: str) -> None:
    with pytest.raises(TaskResultDoesNotExist):
        chores.add.get_result(unknown)


def test_a_task_that_takes_context_knows_its_attempt() -> None:
    result = chores.attempt_number.enqueue()
    run_waiting()
    result.refresh()
    assert result.return_value == 1


@pytest.mark.parametrize(
    ("function", "settings", "error"),
    [
        (len, {}, InvalidTaskError),
        (unnamed, {}, TypeError),
        (run_waiting, {"max_attempts": 0}, InvalidTaskError),
        (run_waiting, {"queue": "nowhere"}, InvalidTaskError),
        (run_waiting, {"priority": 1000}, InvalidTaskError),
    ],
)
def test_what_cannot_be_a_task_is_refused_where_it_is_declared(function: Any, settings: Any, error: Any) -> None:
    with pytest.raises(error):
        task(function, **settings)


def test_only_tasks_are_found_by_name() -> None:
    assert find_task("kizuna.base.jobs.tests.chores.add") is chores.add
    for name in ("kizuna.base.jobs.tests.chores.gates", "kizuna.base.jobs.tests.chores.gone", "gone.altogether"):
        with pytest.raises(UnknownTask, match=name):
            find_task(name)


def test_the_usual_backoff_grows_with_every_attempt_up_to_an_hour_and_scatters() -> None:
    for attempts, seconds in [(1, 5), (2, 20), (3, 80), (4, 320), (5, 1280), (6, LONGEST_DELAY), (60, LONGEST_DELAY)]:
        pauses = {pause_after(attempts) for _ in range(50)}
        assert all(0.8 * seconds <= pause <= 1.2 * seconds for pause in pauses)
        assert len(pauses) > 1
    job = Job.objects.get(pk=chores.add.enqueue(left=1, right=1).id)
    job.attempts = 2
    assert 16 <= exponential(ValueError(), chores.add.result_of(job)) <= 24
