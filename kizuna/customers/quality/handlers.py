"""What the room of data quality does when something happens."""

from __future__ import annotations

from kizuna.base.bulk.events import BulkFinished
from kizuna.base.events import on
from kizuna.customers.quality.jobs import catch_up_now
from kizuna.customers.quality.models import checks


@on(BulkFinished)
def look_at_what_many_became(event: BulkFinished) -> None:
    """At once, because whoever mended many looks at the figures next; by a job, because nobody waits for it."""
    if event.resource in checks.KINDS and event.done:
        catch_up_now.enqueue()
