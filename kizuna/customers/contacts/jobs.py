"""Who may live together is looked for at night."""

from __future__ import annotations

from kizuna.base.jobs import every, task
from kizuna.customers.contacts import services


@every(cron="40 2 * * *")
@task(max_attempts=2, queue="bulk")
def suggest_households() -> int:
    return services.suggest_households()
