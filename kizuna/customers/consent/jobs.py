"""How long answers are kept."""

from kizuna.base.jobs import every, task
from kizuna.customers.consent import services


@every(cron="35 4 * * *")
@task(max_attempts=3)
def forget() -> int:
    """Remove answers of `may_contact` that are old enough; returns how many."""
    return services.forget_decisions()
