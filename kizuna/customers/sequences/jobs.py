"""Steps that are due, every few minutes; and mails, once they were sent."""

from kizuna.base.jobs import every, task
from kizuna.customers.sequences import services


@every(minutes=2)
@task(max_attempts=3)
def take_due_steps() -> int:
    """Make drafts and tasks of the steps that are due; returns how many."""
    return services.take_due_steps()


@task(max_attempts=6)
def deliver_draft(*, draft_id: int) -> bool:
    """Send one mail; again after a while when the mail server could not be reached."""
    return services.deliver_draft(draft_id=draft_id)
