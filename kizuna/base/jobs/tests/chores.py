"""Tasks for the tests. Those that another process runs leave their traces in files."""

import os
import signal
import threading
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import translation

from kizuna.base.jobs import cancelled, current_job, progress, task
from kizuna.base.jobs.models import Job
from kizuna.base.jobs.worker import Lane

LONGEST_WAIT = 60  # seconds: a test that forgot to open a gate ends all the same

gates: dict[str, threading.Event] = {}
"""Chores that wait for a test in the same process."""


class Spoilt(Exception):
    """The milk, the weather, the mood."""


@task
def add(*, left: int, right: int) -> int:
    return left + right


@task
def echo(message: str, times: int = 1, **more: Any) -> Any:
    return [message] * times + sorted(more)


@task(max_attempts=3, backoff=lambda exception, result: 60 * result.attempts)
def fail(*, reason: str) -> None:
    raise Spoilt(reason)


@task(backoff=lambda exception, result: None)
def fail_for_good() -> None:
    raise Spoilt("no use trying again")


@task(backoff=lambda exception, result: 1 / 0)
def fail_with_a_broken_backoff() -> None:
    raise Spoilt("first")


@task
def leave() -> None:
    raise SystemExit("leaving")


@task
def answer_with_a_set() -> Any:
    return {1, 2}


@task
def break_a_rule() -> None:
    Job.objects.create(name="nobody", state="sleeping")


@task
def survive_a_broken_rule() -> str:
    try:
        with transaction.atomic():
            Job.objects.create(name="nobody", state="sleeping")
    except IntegrityError:
        return "survived"
    return "not broken"


@task
def count_to(*, number: int) -> None:
    for done in range(number + 1):
        progress(done=done, total=number, note="counting")


@task
def count_until_cancelled(*, gate: str) -> str:
    progress(note="counting")
    while not cancelled():
        gates[gate].wait(0.02)
    return "stopped early"


@task(takes_context=True)
def attempt_number(context: Any) -> int:
    return int(context.attempt)


@task
def enqueue_another() -> None:
    add.enqueue(left=1, right=1)


@task
def language_here() -> str:
    return translation.get_language()


@task
def who_am_i() -> list[int | None]:
    job = current_job()
    assert job is not None
    return [job.id, job.actor_id, job.event_id]


@task
def sign(*, book: str, name: str) -> None:
    """Append a line to a file: one write, so lines of several processes do not mix."""
    with Path(book).open("a") as pages:
        pages.write(f"{name}\n")


@task
def sign_and_wait(*, book: str, gate: str) -> None:
    """Sign, then wait until the file `gate` exists."""
    sign.call(book=book, name=str(os.getpid()))
    pause = threading.Event()
    for _ in range(LONGEST_WAIT * 50):
        if Path(gate).exists():
            return
        pause.wait(0.02)


@task
def sign_and_wait_for_the_stop(*, book: str) -> None:
    """Sign, then wait until the worker of this thread knows that it is to stop: a signal sent is not yet one seen."""
    sign.call(book=book, name=str(os.getpid()))
    lane = threading.current_thread()
    assert isinstance(lane, Lane)
    lane.worker.stopping.wait(LONGEST_WAIT)


@task(queue="import")
def wait_for(*, gate: str) -> str:
    gates[gate].wait(LONGEST_WAIT)
    return "through"


@task
def report_inside_a_transaction(*, gate: str) -> None:
    with transaction.atomic():
        progress(done=1, total=2, note="half way")
        gates[gate].wait(LONGEST_WAIT)


@task(max_attempts=2)
def kill_the_worker(*, book: str) -> None:
    sign.call(book=book, name=str(os.getpid()))
    os.kill(os.getpid(), signal.SIGKILL)
