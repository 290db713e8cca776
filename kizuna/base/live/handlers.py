"""Every event wakes the live processes once its transaction is committed, those of one transaction together."""

import threading

from django.db import router, transaction

from kizuna.base.events import Event, EventRow, on
from kizuna.base.live.waking import wake


class Bell:
    """Rings once, however many pull at it."""

    has_rung = False

    def ring(self) -> None:
        if not self.has_rung:
            self.has_rung = True
            wake()


class _Bells(threading.local):
    """The bell of each database for the transaction that a thread is in. One that was rolled back leaves its bell, not
    rung, to the next."""

    def __init__(self) -> None:
        self.by_alias: dict[str, Bell] = {}


_bells = _Bells()


@on(Event)
def wake_after_commit(event: Event) -> None:
    using = router.db_for_write(EventRow)
    bell = _bells.by_alias.get(using)
    if bell is None or bell.has_rung:
        bell = _bells.by_alias[using] = Bell()
    transaction.on_commit(bell.ring, using=using, robust=True)
