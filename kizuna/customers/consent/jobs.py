"""Mails that ask for consent, copies and erasures of people, and how long answers and bounces are kept."""

from kizuna.base.identity import SYSTEM
from kizuna.base.jobs import every, task
from kizuna.customers.consent import services


@every(cron="35 4 * * *")
@task(max_attempts=3)
def forget() -> int:
    """Remove answers, messages, questions, bounces and copies that are old enough; returns how many."""
    logs = services.forget_decisions() + services.forget_outreach() + services.forget_questions()
    return logs + services.forget_bounces() + services.forget_disclosures()


@task(max_attempts=6)
def send_opt_in(*, opt_in_id: int) -> bool:
    """Send one mail; again after a while when the mail server could not be reached."""
    return services.deliver_opt_in(opt_in_id=opt_in_id)


@task(max_attempts=3)
def disclose(*, disclosure_id: int) -> bool:
    """Write the copy of everything about a person."""
    return services.run_disclosure(disclosure_id=disclosure_id)


@task(max_attempts=3)
def erase(*, erasure_id: int) -> bool:
    """Erase a person."""
    return services.run_erasure(by=SYSTEM, erasure_id=erasure_id)
