"""Asking the geocoder, one address a second."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django_tasks import TaskResult

from kizuna.base.geocoding import services
from kizuna.base.geocoding.finding import Unreachable
from kizuna.base.jobs import task
from kizuna.base.jobs.tasks import exponential

FEW = 4
"""Attempts after which a job is given up that fails though the geocoder answers."""
FORTNIGHT = 14 * 24
"""Attempts, in the end an hour apart, with which a geocoder is waited for that does not answer."""


def _patience(error: BaseException, result: TaskResult) -> float | None:
    is_away = isinstance(error, Unreachable)
    return exponential(error, result) if is_away or result.attempts < FEW else None


@task(max_attempts=FORTNIGHT, backoff=_patience)
def find_places(*, resource: str, ids: list[int]) -> int:
    """Look up the first record, and leave the others to a job a second later. One for which the geocoder does not
    answer waits in a job of its own, and holds up no other; while it is away nothing is asked, and all wait."""
    if services.is_away():
        raise Unreachable("The geocoder did not answer a short while ago.")
    rest = ids
    if services.take_turn():
        rest = ids[1:]
        try:
            services.find_place(resource=resource, record_id=ids[0])
        except Unreachable:
            services.leave_alone()
            if not rest:
                raise
            _leave(resource, ids[:1])
    if rest:
        _leave(resource, rest)
    return len(rest)


def _leave(resource: str, ids: list[int]) -> None:
    later = timezone.now() + dt.timedelta(seconds=services.PAUSE)
    find_places.using(run_after=later).enqueue(resource=resource, ids=ids)
