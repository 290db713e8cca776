"""When selling looks back: how the deals stand is noted four times a day; the last time counts."""

from __future__ import annotations

from kizuna.base.jobs import every, task
from kizuna.domains.sales import services


@every(cron="50 5,11,17,23 * * *")
@task(max_attempts=2, queue="bulk")
def note_states_of_the_day() -> int:
    """Note how every deal stands."""
    return services.note_states()
