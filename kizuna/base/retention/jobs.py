"""Timetable: the trash is emptied before files that belong to nothing are looked for."""

from __future__ import annotations

from django.utils import timezone

from kizuna.base.jobs import every, task
from kizuna.base.retention import services


@every(cron="25 3 * * *")
@task(max_attempts=3)
def empty_trash() -> int:
    """Remove what lay in the trash long enough; returns how many records."""
    return services.purge(now=timezone.now())
