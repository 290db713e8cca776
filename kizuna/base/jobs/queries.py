"""What became of work that a job does, and what was given up."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

from kizuna.base.jobs.models import Job, State

S = TypeVar("S", bound=Enum)

GOING_ON = ("waiting", "running")
FAILED, CANCELLED = "failed", "cancelled"


def state_of(state: S, job_id: int | None) -> S:
    """How far work is that keeps a state of its own, also when its job ended before it could say so itself.

    Kinds of work call their states as here: "waiting", "running", "failed", and "cancelled" where they can be stopped.
    """
    if state.value not in GOING_ON or job_id is None:
        return state
    job = Job.objects.filter(pk=job_id).only("state").first()
    kind = type(state)
    if job is None or job.state == State.DEAD:
        return kind(FAILED)
    if job.state == State.CANCELLED:
        return kind(CANCELLED if CANCELLED in {each.value for each in kind} else FAILED)
    return state


def given_up(*, most: int) -> tuple[list[Job], int]:
    """The jobs that were given up last, and how many there are in all."""
    dead = Job.objects.filter(state=State.DEAD)
    return list(dead.order_by("-finished_at", "-pk")[:most]), dead.count()
