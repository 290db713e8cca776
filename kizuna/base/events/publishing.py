"""Publishing: one row in the log, one per touched record, then the handlers."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db import router, transaction

from kizuna.base.events import jobs, registry
from kizuna.base.events.event import Event
from kizuna.base.events.loops import refuse_loop
from kizuna.base.events.models import EventRow, Subject
from kizuna.base.events.origin import acting, current_origin, originating
from kizuna.base.events.subjects import Touched, write_subjects
from kizuna.base.types import rows


class NoTransaction(RuntimeError):
    """An event was published outside a transaction: it could be kept while what it tells of is lost."""


def publish(event: Event, *, subjects: Iterable[Subject | Touched] = (), by: Any = None) -> EventRow:
    """Write what happened to the log and tell the handlers, all in the caller's transaction.

    `subjects` are the records touched, any number of them. `by` is who did it, when that is not (or not known to be)
    the one `acting`: services pass their actor. Immediate handlers run before this returns; for each
    `later` handler that has anything to do one job is enqueued, unless the origin is quiet. Raises NoTransaction,
    NotPlain (a value JSON cannot hold), EventLoop (more than 16 events deep), and whatever an immediate handler raises.
    """
    using = router.db_for_write(EventRow)
    if not transaction.get_connection(using).in_atomic_block:
        raise NoTransaction(f"Publish {event.event_name} inside transaction.atomic(), together with what it tells of.")
    if by is not None:
        with acting(by):
            return publish(event, subjects=subjects)
    row = _write(event, subjects, using)
    told = event.stamped(event_id=row.pk, occurred_at=row.occurred_at)
    handlers = registry.handlers_of(type(event))
    with originating(replace(current_origin(), cause_id=row.pk, depth=row.depth + 1)):
        for handler in handlers:
            if not handler.later:
                handler.call(told)
    for handler in handlers:
        if handler.later and not current_origin().is_quiet and handler.when(told):
            job = jobs.deliver.using(actor_id=row.actor_id, event_id=row.pk)
            job.enqueue(handler=handler.name, event_id=row.pk)
    return row


def _write(event: Event, touched: Iterable[Subject | Touched], using: str) -> EventRow:
    origin = current_origin()
    refuse_loop(event.event_name, origin, using=using)
    row = EventRow(
        name=event.event_name,
        data=event.to_data(),
        actor_id=origin.actor_id,
        via=origin.via,
        address=origin.address,
        cause_id=origin.cause_id,
        depth=origin.depth,
    )
    rows.insert(row)
    write_subjects(row.pk, touched, using=using)
    return row
