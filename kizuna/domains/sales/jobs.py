"""What selling does by itself: it notes how the deals stand, mails quotes, and looks at their dates."""

from __future__ import annotations

from kizuna.base.jobs import every, task
from kizuna.domains.sales import services
from kizuna.domains.sales.services import checklists, states


@every(cron="50 5,11,17,23 * * *")
@task(max_attempts=2, queue="bulk")
def note_states_of_the_day() -> int:
    """Note how every deal stands."""
    return services.note_states()


@task(max_attempts=6)
def mail_quote(*, quote_id: int) -> bool:
    """Send a customer the letter with the link; again after a while when the mail server could not be reached."""
    return services.deliver_quote(quote_id=quote_id)


@task(max_attempts=6)
def mail_answer(*, message_id: int) -> bool:
    """Tell a customer what we answered."""
    return services.deliver_message(message_id=message_id)


@task(max_attempts=6)
def carry_amount(*, quote_id: int) -> bool:
    """Write what was accepted into the deal, where that did not succeed when it was accepted."""
    return services.carry_or_tell(quote_id=quote_id)


@task(max_attempts=6)
def keep_acceptance(*, quote_id: int) -> bool:
    """Make the PDF that says who accepted a quote, and keep it."""
    return services.keep_acceptance(quote_id=quote_id)


@every(cron="10 6 * * *")
@task(max_attempts=3)
def tell_of_expiring_quotes() -> int:
    """Tell owners of quotes that run out soon."""
    return services.tell_owners_of_expiring()


@every(cron="20 2 * * *")
@task(max_attempts=2, queue="bulk")
def reckon_outcomes_of_stages() -> int:
    """Count what became of the deals that were in each stage."""
    return states.reckon_outcomes()


@every(cron="*/20 * * * *")
@task(max_attempts=2, queue="bulk")
def count_stays() -> int:
    """Count how long deals stayed in stages, of days that are over and of those that changed."""
    return services.count_stays()


@task(max_attempts=3, queue="bulk")
def mark_rotting_again(*, stage_ids: list[int], pipeline_ids: list[int]) -> None:
    """How long deals may stand changed: mark those that stand for too long now."""
    services.mark_rotting_again(stage_ids=stage_ids, pipeline_ids=pipeline_ids)


@task(max_attempts=3, queue="bulk")
def count_items_again(*, stage_ids: list[int]) -> None:
    """The checklists of stages changed: count what is open in the deals that stand there."""
    checklists.count_again(stage_ids=stage_ids)
