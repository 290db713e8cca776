"""Who waits for long, or too long, every two minutes; and scores that time changes, each night."""

from kizuna.base.jobs.schedules import every
from kizuna.customers.leads import services


@every(minutes=2)
def watch_clocks() -> int:
    """Warn of leads that are to be answered soon, and write down which were not answered in time."""
    return services.warn_of_due() + services.note_overdue()


@every(cron="17 3 * * *")
def score_again() -> int:
    """Score open leads anew: rules may ask how long ago something was."""
    return services.rate_open()
