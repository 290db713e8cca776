"""Reminders every minute, the next of repeating meetings, once a day what zones changed, and invitations."""

from kizuna.base.jobs.schedules import every
from kizuna.base.jobs.tasks import task
from kizuna.customers.timeline import services


@every(minutes=1)
def ring() -> int:
    """Tell of what is due now."""
    return services.ring_alarms()


@every(cron="41 2 * * *")
def expand() -> int:
    """Compute moments again from wall-clock times, as the time zone database says today."""
    return services.expand_again()


@every(minutes=10)
def continue_series() -> int:
    """Make the next meetings of series whose latest is over."""
    return services.continue_series()


@task
def invite(meeting_id: int) -> int:
    """Tell the guests of a meeting what they do not know yet."""
    return services.send_invitations(meeting_id=meeting_id)


@task
def tell_colleagues(*, event_id: int, ids: list[int]) -> None:
    """Tell colleagues in Kizuna that they are asked to a meeting."""
    services.tell_colleagues(event_id=event_id, ids=ids)
