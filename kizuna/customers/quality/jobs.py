"""When records are looked at: all of them at night or on demand, those that changed every other minute."""

from __future__ import annotations

from kizuna.base.identity import SYSTEM
from kizuna.base.jobs import every, progress, task
from kizuna.customers.quality import services


@task(max_attempts=3, queue="bulk")
def reckon(*, round_id: int) -> dict[str, int]:
    """Carry out a round."""
    done = services.carry_out(round_id=round_id, tell=lambda count, total: progress(done=count, total=total))
    return {"records": done.record_count}


@every(cron="10 2 * * *")
@task(max_attempts=2)
def reckon_each_night() -> int:
    """Begin a round."""
    return services.start_round(actor=SYSTEM).pk


@task
def catch_up_now() -> int:
    """Look at what somebody has just changed."""
    return services.catch_up()


@every(minutes=2)
@task(max_attempts=2)
def catch_up() -> int:
    """Look at what changed."""
    return services.catch_up()
