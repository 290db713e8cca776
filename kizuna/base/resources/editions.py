"""What administrators of one database added to the resources, as it stands now.

A resource's fields are those that its declaration tells, and those of the current *edition*. Whatever is computed from
fields is kept on the edition: it belongs to one database and goes with it. A unit of work (a request, a job, a
command) looks once which edition is the current one, and stays with it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from kizuna.base.resources.fields import Field
    from kizuna.base.resources.resource import Resource, Section

Kept = TypeVar("Kept")


class Edition:
    """Fields and form sections beyond the declared ones, and further resources, by resource key. Never changed."""

    def __init__(
        self,
        token: str = "",
        fields: Mapping[str, Mapping[str, Field]] | None = None,
        sections: Mapping[str, Sequence[Section]] | None = None,
        resources: Mapping[str, Resource] | None = None,
    ) -> None:
        self.token = token
        self.resources = resources or {}
        self._fields, self._sections = fields or {}, sections or {}
        self._kept: dict[Hashable, Any] = {}

    def fields_of(self, key: str) -> Mapping[str, Field]:
        return self._fields.get(key, {})

    def all_fields(self) -> Iterator[Field]:
        for fields in self._fields.values():
            yield from fields.values()

    def sections_of(self, key: str) -> Sequence[Section]:
        return self._sections.get(key, ())

    def keep(self, name: Hashable, make: Callable[[], Kept]) -> Kept:
        """What was computed from this edition under a name, computed now if it was not yet."""
        found = self._kept.get(name)
        if found is None:
            found = self._kept[name] = make()
        return found


EMPTY = Edition()
_find: list[tuple[Callable[[], str], Callable[[str], Edition], Callable[[], None]]] = []
_seen: ContextVar[dict[str, Edition] | None] = ContextVar("kizuna_editions", default=None)


def provide(alias: Callable[[], str], look: Callable[[str], Edition], renew: Callable[[], None]) -> None:
    """Say how the database in use is found, the current edition of it, and how a new one begins. The records room
    does."""
    _find[:] = [(alias, look, renew)]


def renew() -> None:
    """Begin a new edition: what administrators made has changed. Belongs into the transaction that changes it; everyone
    else sees it with their next request, this unit of work at once."""
    for _alias, _look, begin in _find:
        begin()


def current() -> Edition:
    """The edition of the database in use. The first call in a unit of work looks, the others remember."""
    if not _find:
        return EMPTY
    seen = _seen.get()
    if seen is None:
        seen = {}
        _seen.set(seen)
    alias_of, look, _renew = _find[0]
    alias = alias_of()
    found = seen.get(alias)
    if found is None:
        found = seen[alias] = look(alias)
    return found


def look_again() -> None:
    """Forget which edition this unit of work has seen: after a change to it, and where a unit begins."""
    _seen.set(None)


@contextmanager
def staying_with(edition: Edition, alias: str) -> Iterator[None]:
    """Inside the block this edition is the current one, and no database is asked."""
    before = _seen.set({alias: edition})
    try:
        yield
    finally:
        _seen.reset(before)
