"""What goes with what is counted anew each night."""

from __future__ import annotations

from kizuna.base.jobs import every, task
from kizuna.intelligence.prediction import services


@every(cron="10 3 * * *")
@task(max_attempts=2, queue="bulk")
def find_affinities() -> int:
    return services.find_affinities()
