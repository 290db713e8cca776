"""Who waits too long, every five minutes; and scores that time changes, each night."""

from kizuna.base.jobs.schedules import every
from kizuna.customers.leads import services


@every(minutes=5)
def watch_clocks() -> int:
    """Write down which leads were not answered in time."""
    return services.note_overdue()


@every(cron="17 3 * * *")
def score_again() -> int:
    """Score open leads anew: rules may ask how long ago something was."""
    return services.rate_open()
