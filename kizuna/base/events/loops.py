"""The guard against events that cause each other without end."""

from collections.abc import Iterator

from kizuna.base.events.models import EventRow
from kizuna.base.events.origin import Origin

MAX_DEPTH = 16


class EventLoop(RuntimeError):
    """Events caused events without end. The message names the chain, first cause first."""


def refuse_loop(name: str, origin: Origin, *, using: str) -> None:
    """Raise EventLoop when the event `name` would lie more than 16 deep under what set it off."""
    if origin.depth > MAX_DEPTH:
        chain = " → ".join([*reversed(list(_causes(origin.cause_id, using))), name])
        raise EventLoop(f"Events cause each other without end: {chain}.")


def _causes(cause_id: int | None, using: str) -> Iterator[str]:
    while cause_id is not None:
        name, cause_id = EventRow.objects.using(using).values_list("name", "cause_id").get(pk=cause_id)
        yield name
