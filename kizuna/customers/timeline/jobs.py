"""The timetable of this room: reminders every minute, and once a day what zones have changed."""

from kizuna.base.jobs.schedules import every
from kizuna.customers.timeline import services


@every(minutes=1)
def ring() -> int:
    """Tell of what is due now."""
    return services.ring_alarms()


@every(cron="41 2 * * *")
def expand() -> int:
    """Compute moments again from wall-clock times, as the time zone database says today."""
    return services.expand_again()
