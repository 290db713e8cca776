"""Workers of flesh and blood: threads and processes that run, stop, and are killed."""

import signal
import subprocess
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from kizuna.base.jobs import claims, schedules
from kizuna.base.jobs.models import Job, State
from kizuna.base.jobs.schedules import Timetable, Timing
from kizuna.base.jobs.services import cancel_job
from kizuna.base.jobs.tests import chores
from kizuna.base.jobs.tests.deadline import until
from kizuna.base.jobs.worker import Worker

ADMIN = SimpleNamespace(id=1, is_admin=True)
FIRE = Timetable.fire


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """No periodic task of the product comes between, unless a test lets it."""
    monkeypatch.setattr(Timetable, "fire", lambda self, *, now: 0)


@pytest.fixture
def gate(tmp_path: Path) -> Any:
    """The name of a gate that jobs in this process wait at; it opens at the latest when the test ends."""
    chores.gates[tmp_path.name] = threading.Event()
    yield tmp_path.name
    chores.gates.pop(tmp_path.name).set()


def in_state(state: State, job_id: str) -> Callable[[], bool]:
    return lambda: Job.objects.filter(pk=job_id, state=state).exists()


def all_signed() -> bool:
    return not Job.objects.filter(name=chores.sign.module_path).exclude(state=State.DONE).exists()


def lines(book: Path) -> list[str]:
    return book.read_text().split() if book.exists() else []


def test_two_workers_at_once_run_each_job_once(working: Any, tmp_path: Path) -> None:
    book = tmp_path / "book"
    for number in range(200):
        chores.sign.enqueue(book=str(book), name=str(number))
    with working(), working():
        until(all_signed)
    assert sorted(lines(book), key=int) == [str(number) for number in range(200)]
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}


def test_two_processes_at_once_run_each_job_once(worker_process: Any, tmp_path: Path) -> None:
    book = tmp_path / "book"
    first, second = worker_process(), worker_process()
    for process in (first, second):
        assert process.stdout.readline()  # it works: who is asked to stop before that just ends
    for number in range(300):
        chores.sign.enqueue(book=str(book), name=str(number))
    until(all_signed)
    assert sorted(lines(book), key=int) == [str(number) for number in range(300)]
    for process in (first, second):
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_a_job_whose_worker_was_killed_runs_again(worker_process: Any, tmp_path: Path) -> None:
    book, gate = tmp_path / "book", tmp_path / "gate"
    result = chores.sign_and_wait.enqueue(book=str(book), gate=str(gate))
    first = worker_process("--lease-seconds=2")
    until(lambda: lines(book))
    first.kill()
    gate.touch()
    worker_process("--lease-seconds=2")
    until(in_state(State.DONE, result.id))
    assert len(set(lines(book))) == 2
    assert Job.objects.get(pk=result.id).attempts == 2


def test_a_job_that_kills_every_worker_is_given_up(worker_process: Any, tmp_path: Path) -> None:
    book = tmp_path / "book"
    result = chores.kill_the_worker.enqueue(book=str(book))
    for _ in range(2):
        assert worker_process("--lease-seconds=1").wait(60) == -signal.SIGKILL
    worker_process("--lease-seconds=1")
    until(in_state(State.DEAD, result.id))
    job = Job.objects.get(pk=result.id)
    assert (job.attempts, len(lines(book))) == (2, 2)
    assert "stopped while it ran this job (attempt 2 of 2)" in job.reason


def test_a_worker_asked_to_stop_finishes_its_job_first(worker_process: Any, tmp_path: Path) -> None:
    book = tmp_path / "book"
    result = chores.sign_and_wait_for_the_stop.enqueue(book=str(book))
    chores.sign.enqueue(book=str(book), name="next")
    worker: subprocess.Popen[str] = worker_process()
    until(lambda: lines(book))
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    assert in_state(State.DONE, result.id)()
    assert "next" not in lines(book)


def test_a_job_that_does_not_end_in_time_is_given_back(transactional_db: None, gate: str) -> None:
    result = chores.wait_for.enqueue(gate=gate)
    worker = Worker(poll_seconds=0.05, grace_seconds=0.1)
    ended: list[bool] = []
    thread = threading.Thread(target=lambda: ended.append(worker.run()))
    thread.start()
    until(in_state(State.RUNNING, result.id))
    worker.stop()
    thread.join(60)
    assert ended == [False]
    job = Job.objects.get()
    assert (job.state, job.attempts, job.worker) == (State.WAITING, 0, "")
    chores.gates[gate].set()
    until(lambda: not [lane for lane in threading.enumerate() if lane.name.startswith("lane-")])
    job.refresh_from_db()
    assert job.state == State.WAITING


def test_a_long_import_does_not_keep_other_work_waiting(working: Any, gate: str) -> None:
    long = chores.wait_for.enqueue(gate=gate)
    with working():
        until(in_state(State.RUNNING, long.id))
        quick = chores.add.enqueue(left=1, right=1)
        until(in_state(State.DONE, quick.id))
        assert in_state(State.RUNNING, long.id)()
        chores.gates[gate].set()
        until(in_state(State.DONE, long.id))


def test_a_long_job_keeps_its_lease(working: Any, gate: str) -> None:
    job = Job.objects.get(pk=chores.wait_for.enqueue(gate=gate).id)
    with working(lease_seconds=1):
        until(lambda: Job.objects.get().lease_until)
        first = Job.objects.get().lease_until
        until(lambda: Job.objects.get().lease_until > first + timedelta(seconds=1))
        chores.gates[gate].set()
        until(in_state(State.DONE, str(job.pk)))
    assert Job.objects.get().attempts == 1


def test_a_delayed_job_runs_when_its_time_has_come(working: Any) -> None:
    moment = timezone.now() + timedelta(seconds=0.5)
    result = chores.add.using(run_after=moment).enqueue(left=1, right=1)
    with working():
        until(in_state(State.DONE, result.id))
    assert Job.objects.get().started_at >= moment


def test_a_worker_keeps_the_timetable(working: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    name = chores.language_here.module_path
    monkeypatch.setattr(Timetable, "fire", FIRE)
    monkeypatch.setitem(schedules._timings, name, Timing(minutes=0.01))
    with working():
        until(lambda: Job.objects.filter(name=name, state=State.DONE).count() > 1)


def test_others_see_progress_while_the_job_runs(working: Any, gate: str) -> None:
    result = chores.count_until_cancelled.enqueue(gate=gate)
    with working():
        until(lambda: Job.objects.filter(pk=result.id, progress_note="counting").exists())
        assert in_state(State.RUNNING, result.id)()
        chores.gates[gate].set()
        cancel_job(actor=ADMIN, job_id=int(result.id))
        until(in_state(State.CANCELLED, result.id))


def test_others_see_progress_of_a_job_that_is_in_a_transaction(working: Any, gate: str) -> None:
    result = chores.report_inside_a_transaction.enqueue(gate=gate)
    halfway = Job.objects.filter(pk=result.id, progress_done=1, progress_note="half way")
    with working():
        if connection.vendor != "sqlite":  # which has one writer, and that is the job until it commits
            until(halfway.exists)
        chores.gates[gate].set()
        until(in_state(State.DONE, result.id))
    assert halfway.exists()


def test_a_running_job_stops_when_it_is_cancelled(working: Any, gate: str) -> None:
    result = chores.count_until_cancelled.enqueue(gate=gate)
    with working():
        until(in_state(State.RUNNING, result.id))
        cancel_job(actor=ADMIN, job_id=int(result.id))
        until(in_state(State.CANCELLED, result.id))
    assert Job.objects.get().result == "stopped early"


def test_what_a_job_came_to_is_not_lost_when_the_database_is_away(
    working: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, refusals = claims.settle_and_claim, iter([True, True])

    def away(finished: Job | None, **claim: Any) -> Job | None:
        if finished and next(refusals, False):
            raise OperationalError("the database is away")
        return really(finished, **claim)

    monkeypatch.setattr(claims, "settle_and_claim", away)
    result = chores.sign.enqueue(book=str(tmp_path / "book"), name="Mina")
    with working():
        until(in_state(State.DONE, result.id))
    assert lines(tmp_path / "book") == ["Mina"]


def test_a_defect_in_a_lane_ends_the_worker(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "settle_and_claim", lambda *args, **claim: 1 / 0)
    monkeypatch.setattr(threading, "excepthook", lambda args: None)
    with pytest.raises(RuntimeError, match="ended on a defect"):
        Worker(poll_seconds=0.05).run()


def test_an_idle_worker_looks_no_more_often_than_it_was_told(working: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[float] = []
    really = claims.glance

    def glance(queues: list[str]) -> claims.Glance:
        looks.append(time.monotonic())
        return really(queues)

    monkeypatch.setattr(claims, "glance", glance)
    with working(poll_seconds=0.2):
        until(lambda: len(looks) > 8)
    assert looks[-1] - looks[-3] >= 0.38
