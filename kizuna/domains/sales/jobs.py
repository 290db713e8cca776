"""What selling does by itself: it notes how the deals stand, mails quotes, and looks at their dates."""

from __future__ import annotations

import datetime as dt
import smtplib
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from kizuna.base.jobs import every, task
from kizuna.base.jobs.tasks import JobTask, pause_after
from kizuna.base.notifications.services.mailing import CERTAIN
from kizuna.domains.sales import services
from kizuna.domains.sales.models import QuoteMessage
from kizuna.domains.sales.services import checklists, states

MOST_TRIES = 6
"""Of a letter that the mail server refuses or cannot be asked to take."""


@every(cron="50 5,11,17,23 * * *")
@task(max_attempts=2, queue="bulk")
def note_states_of_the_day() -> int:
    """Note how every deal stands."""
    return services.note_states()


@task(max_attempts=1)
def mail_quote(*, quote_id: int, tried: int = 0) -> bool:
    """Send a customer the letter with the link."""
    return _mail(mail_quote, services.deliver_quote, tried, quote_id, quote_id=quote_id)


@task(max_attempts=1)
def mail_answer(*, message_id: int, tried: int = 0) -> bool:
    """Tell a customer what we answered."""
    quote_id = QuoteMessage.objects.values_list("quote", flat=True).filter(pk=message_id).first() or 0
    return _mail(mail_answer, services.deliver_message, tried, quote_id, message_id=message_id)


def _mail(again: JobTask[Any, bool], deliver: Callable[..., bool], tried: int, of_quote: int, **about: int) -> bool:
    """Send a letter once: one job has one attempt, so that a letter that was cut off while it was sent, and may have
    gone, waits in the background work for somebody to decide: rather none than two. After a while another job tries,
    where it is certain that nothing has left (as with letters of `notifications`). Whoever looks after the quote hears
    when no further job will."""
    try:
        return deliver(**about)
    except Exception as error:
        is_for_ever = isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500
        if is_for_ever or tried >= MOST_TRIES - 1 or not isinstance(error, CERTAIN):
            services.tell_of_unsent(key=f"letter:{timezone.now().isoformat()}", quote_id=of_quote)
            raise
        after = timezone.now() + dt.timedelta(seconds=pause_after(tried + 1))
        again.using(run_after=after).enqueue(**about, tried=tried + 1)
        return False


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
