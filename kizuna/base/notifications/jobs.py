"""When letters go out, and how long notifications are kept."""

from __future__ import annotations

from kizuna.base.jobs import every, task
from kizuna.base.notifications import services as notifications


@task(max_attempts=6)
def send(*, letter_id: int) -> None:
    """Send one letter; again after a while when the mail server could not be reached."""
    notifications.deliver(letter_id=letter_id)


@task(max_attempts=6)
def push(*, push_id: int) -> None:
    """Send one push; again after a while when the push service could not be reached, or was busy."""
    notifications.send_push(push_id=push_id)


@every(cron="20 4 * * *")
@task(max_attempts=3)
def forget() -> int:
    """Remove notifications and letters that are old enough; returns how many."""
    return notifications.forget_old()


@every(minutes=15)
def write_digests() -> None:
    """The morning comes at another moment in every zone, some of which are a quarter of an hour off."""
    notifications.gather()
