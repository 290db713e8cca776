"""Who listens to what. Rooms register in their `handlers.py`, which Kizuna imports when it starts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from kizuna.base.events.event import Event

HandlerFunction = TypeVar("HandlerFunction", bound=Callable[[Any], Any])


@dataclass(frozen=True)
class Handler:
    """A function that answers an event: in its transaction, or `later` in a job of its own, where `when` says so."""

    name: str
    event: type[Event]
    call: Callable[[Any], Any]
    later: bool
    when: Callable[[Any], bool]


_handlers: list[Handler] = []


def on(
    event: type[Event], *, later: bool = False, when: Callable[[Any], bool] = lambda event: True
) -> Callable[[HandlerFunction], HandlerFunction]:
    """Register a handler for an event and its subclasses; `on(Event)` hears everything.

    Without `later` the handler runs inside the transaction that published, in the order of registration; what it
    raises undoes everything. With `later` it runs as a job after commit, at least once: it must be idempotent, and
    `event.event_id` is the number to remember. `when` says of an event, as it is published, whether there is anything
    to do later: a job that finds nothing to do costs more than the write it answers.
    """
    if not _is_event(event):
        raise TypeError(f"on() takes an Event class, not {event!r}.")

    def register(function: HandlerFunction) -> HandlerFunction:
        name = f"{function.__module__}.{function.__qualname__}"
        if later and "<" in name:
            raise TypeError(f"{name} cannot run later: a job finds its handler by name, so define it in a module.")
        if later and any(known.later and (known.name, known.event) == (name, event) for known in _handlers):
            raise TypeError(f"{name} handles {event.event_name} twice.")
        _handlers.append(Handler(name, event, function, later, when))
        return function

    return register


def _is_event(thing: Any) -> bool:
    return isinstance(thing, type) and issubclass(thing, Event)


def handlers_of(event: type[Event]) -> list[Handler]:
    """The handlers of an event class, its bases included, in the order of registration."""
    return [handler for handler in _handlers if issubclass(event, handler.event)]


def handler_named(name: str, event: type[Event]) -> Handler:
    """The `later` handler with this dotted name. Raises LookupError when its room is gone or no longer listens."""
    for handler in handlers_of(event):
        if handler.name == name and handler.later:
            return handler
    raise LookupError(f"{name} does not handle {event.event_name} any more.")
