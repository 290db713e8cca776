"""Periodic tasks: what the code says runs when, and the rows that make every tick happen once.

Models are imported inside the functions, because schedules are declared while apps still load.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cronsim import CronSim, CronSimError
from django.db import transaction
from django.utils import timezone
from django_tasks.base import Task

from kizuna.base.jobs.tasks import find_task, task


@dataclass(frozen=True)
class Timing:
    """Every so many minutes (on full multiples: 5 means :00, :05, …), or a cron line in the server's time zone."""

    minutes: float | None = None
    cron: str | None = None

    def __str__(self) -> str:
        return f"cron {self.cron}" if self.cron else f"every {self.minutes:g} minutes"

    def next_after(self, moment: datetime) -> datetime:
        """The first tick later than `moment`."""
        if self.cron:
            return next(CronSim(self.cron, timezone.localtime(moment, timezone.get_default_timezone()))).astimezone(UTC)
        period = timedelta(minutes=self.minutes or 0)
        start = datetime(2000, 1, 1, tzinfo=UTC)
        return start + ((moment - start) // period + 1) * period


_timings: dict[str, Timing] = {}


def every(*, minutes: float | None = None, cron: str | None = None) -> Callable[[Any], Task]:
    """Run a task again and again: `@every(minutes=5)` or `@every(cron="0 3 * * *")`, above `@task` or instead of it.

    A tick that comes while the job of the last one still waits for its first attempt is left out, and ticks missed
    while no worker ran count as one.
    """
    if (minutes is None) == (cron is None):
        raise ValueError("Give either minutes or cron.")
    if minutes is not None and minutes <= 0:
        raise ValueError("minutes must be above zero.")
    timing = Timing(minutes=minutes, cron=cron)
    try:
        timing.next_after(datetime(2000, 1, 1, tzinfo=UTC))
    except (CronSimError, StopIteration) as error:
        raise ValueError(f"{cron!r} is not a cron line: {error}") from error

    def register(function: Any) -> Task:
        periodic = function if isinstance(function, Task) else task(function)
        _timings[periodic.module_path] = timing
        return periodic

    return register


class Timetable:
    """The schedules as one worker sees them. `next_at` is kept in memory, so that waiting asks the database nothing."""

    def __init__(self) -> None:
        self.next_at: datetime | None = None

    def load(self, *, now: datetime) -> None:
        """Make the rows agree with the code: add new schedules, move changed ones, drop those that are gone."""
        from kizuna.base.jobs.models import Schedule

        known = dict(Schedule.objects.values_list("name", "timing"))
        Schedule.objects.exclude(name__in=_timings).delete()
        for name, timing in _timings.items():
            if name not in known:
                row = Schedule(name=name, timing=str(timing), next_at=timing.next_after(now))
                Schedule.objects.bulk_create([row], ignore_conflicts=True)
            elif known[name] != str(timing):
                Schedule.objects.filter(name=name).update(timing=str(timing), next_at=timing.next_after(now))
        self._look_ahead()

    def fire(self, *, now: datetime) -> int:
        """Enqueue what is due at `now`; how many jobs. Several workers may try: the one that moves the row enqueues."""
        from kizuna.base.jobs.models import Schedule

        if self.next_at is None or now < self.next_at:
            return 0
        due = Schedule.objects.filter(name__in=_timings, next_at__lte=now)
        fired = sum(_fire(schedule, now=now) for schedule in due)
        self._look_ahead()
        return fired

    def _look_ahead(self) -> None:
        from kizuna.base.jobs.models import Schedule

        moments = Schedule.objects.filter(name__in=_timings).order_by("next_at").values_list("next_at", flat=True)
        self.next_at = moments.first()


def _fire(schedule: Any, *, now: datetime) -> bool:
    from kizuna.base.jobs.models import Job

    following = _timings[schedule.name].next_after(now)
    with transaction.atomic():
        mine = type(schedule).objects.filter(pk=schedule.pk, next_at=schedule.next_at)
        if not mine.update(next_at=following, last_at=now):
            return False
        if Job.objects.waiting().filter(pk=schedule.last_job_id, attempts=0).exists():
            return False
        result = find_task(schedule.name).enqueue()
        type(schedule).objects.filter(pk=schedule.pk).update(last_job_id=int(result.id))
        return True
