"""What an update has to make good, once."""

from __future__ import annotations

from kizuna.base.jobs import progress, task
from kizuna.base.merging import services


@task(priority=-10)
def keep_former_keys() -> None:
    """For merges made before merged records kept their keys; migration 0003 asks for it."""
    services.keep_former_keys(tell=lambda done: progress(done=done))
