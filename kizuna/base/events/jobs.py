"""Later handlers run as jobs: one per handler and event, enqueued with the event and run after its commit."""

from django_tasks import TaskResult

from kizuna.base.events import registry
from kizuna.base.events.event import Event
from kizuna.base.events.loops import EventLoop
from kizuna.base.events.models import EventRow
from kizuna.base.events.origin import Origin, originating
from kizuna.base.jobs import exponential, task


def patience(exception: BaseException, result: TaskResult) -> float | None:
    """Try again after a while, for about two and a half hours in all; a loop of events is not worth another try."""
    return None if isinstance(exception, EventLoop) else exponential(exception, result)


@task(max_attempts=8, backoff=patience)
def deliver(*, handler: str, event_id: int) -> None:
    """Call one handler with one event, on behalf of who caused it.

    No transaction is opened around the handler: the services it calls open their own, and what talks to another
    system must not hold one. A job that fails half-way runs again from the start, so handlers are idempotent.
    Raises LookupError (and ends among the dead jobs) when the room of the event or handler is no longer installed.
    """
    row = EventRow.objects.get(pk=event_id)
    kind = Event.named(row.name)
    if kind is None:
        raise LookupError(f"No installed room publishes {row.name}.")
    found = registry.handler_named(handler, kind)
    event = kind.from_data(row.data).stamped(event_id=row.pk, occurred_at=row.occurred_at)
    with originating(origin_below(row)):
        found.call(event)


def origin_below(row: EventRow) -> Origin:
    """Where events come from that `row` causes: the same person through the same door, one step deeper."""
    return Origin(actor_id=row.actor_id, via=row.via, address=row.address, cause_id=row.pk, depth=row.depth + 1)
