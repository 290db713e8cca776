"""When what was sold is added up by day: what changed every other minute, and all of it looked over at night."""

from __future__ import annotations

from kizuna.base.jobs import every, task
from kizuna.customers.orders import services


@every(minutes=2)
@task(max_attempts=2, queue="bulk")
def add_up_days() -> int:
    """Add up the days that changed."""
    return services.add_up_days()


@every(cron="25 3 * * *")
@task(max_attempts=2, queue="bulk")
def look_over_days() -> int:
    """Compare the sums of all days with the orders."""
    return services.look_over_days()
