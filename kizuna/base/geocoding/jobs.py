"""Asking the geocoder, one address a second."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from kizuna.base.geocoding import services
from kizuna.base.jobs import task


@task(max_attempts=4)
def find_places(*, resource: str, ids: list[int]) -> int:
    """Look up the first record, and leave the others to a job a second later."""
    rest = ids
    if services.take_turn():
        services.find_place(resource=resource, record_id=ids[0])
        rest = ids[1:]
    if rest:
        later = timezone.now() + dt.timedelta(seconds=services.PAUSE)
        find_places.using(run_after=later).enqueue(resource=resource, ids=rest)
    return len(rest)
