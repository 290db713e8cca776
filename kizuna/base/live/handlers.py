"""Every event wakes the live processes once its transaction is committed."""

from django.db import router, transaction

from kizuna.base.events import Event, EventRow, on
from kizuna.base.live.waking import wake


@on(Event)
def wake_after_commit(event: Event) -> None:
    transaction.on_commit(wake, using=router.db_for_write(EventRow), robust=True)
