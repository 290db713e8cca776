"""Who is acting, through which door, from where, and because of what: the part of an event nobody passes by hand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.contrib.auth import get_user_model


@dataclass(frozen=True)
class Origin:
    """Where events come from at this moment.

    `actor_id` is None for Kizuna itself and for a visitor who has not signed in. `via` is the door ("web", "api",
    "import", "command", "job", "rule", …), `address` the IP address of the person, `cause_id` the event whose handler
    is running, `depth` the number of events above the next one. `is_quiet` keeps what happens to itself: handlers that
    answer later (notifications, automation) do not hear of it; those in the transaction, which keep the data right, do.
    """

    actor_id: int | None = None
    via: str = "system"
    address: str | None = None
    cause_id: int | None = None
    depth: int = 0
    is_quiet: bool = False
    given: Any = field(default=None, repr=False, compare=False)

    @cached_property
    def actor(self) -> Any:
        """Who acts: as given to `acting`, or found by `actor_id` when an event's origin was restored in a job."""
        return self.given if self.given is not None else _find_actor(self.actor_id)


_NOBODY = Origin()
_current: ContextVar[Origin | None] = ContextVar("kizuna_origin", default=None)


def _stored_user(actor_id: int | None) -> Any:
    return get_user_model()._default_manager.filter(pk=actor_id).first() if actor_id is not None else None


_find_actor: Callable[[int | None], Any] = _stored_user


def find_actors_with(find: Callable[[int | None], Any]) -> None:
    """Say how an actor is found by id. Identity, which lies above this room, does so when Kizuna starts."""
    global _find_actor
    _find_actor = find


def current_origin() -> Origin:
    """Where events published now come from."""
    return _current.get() or _NOBODY


@contextmanager
def acting(actor: Any, *, via: str | None = None, address: str | None = None) -> Iterator[Origin]:
    """Inside the block, `actor` acts. A door or address that is not given stays as it was, and so does the cause."""
    outer = current_origin()
    origin = replace(
        outer,
        actor_id=getattr(actor, "pk", None),
        via=via or outer.via,
        address=address or outer.address,
        given=actor,
    )
    with originating(origin):
        yield origin


@contextmanager
def originating(origin: Origin) -> Iterator[None]:
    """Inside the block, events come from `origin`."""
    before = _current.set(origin)
    try:
        yield
    finally:
        _current.reset(before)
