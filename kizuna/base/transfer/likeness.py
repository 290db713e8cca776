"""Whether rows that would become new records look like records that are here already, or like each other.

The room that knows how records are told from each other registers how that is asked; a dry run asks of some of its
rows, before anybody decides, what that room proposes for review after an import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kizuna.base.resources.resource import Resource


@dataclass(frozen=True)
class Newcomer:
    """A row that would become a new record, and that record as it would be."""

    line: int
    record: Any


@dataclass(frozen=True)
class Likeness:
    """The record, or the earlier row of the same file, that a row looks most like, how certainly it is the same
    (0 to 1), and why: (field, how)."""

    certainty: float
    reasons: Sequence[tuple[str, str]]
    record_id: int | None = None
    earlier: Newcomer | None = None


@dataclass(frozen=True)
class Asking:
    """`covers(resource)` says whether records of a kind are compared at all, `ask(actor, resource, record)` which of
    those that are here a record is likely to be, `among(actor, resource)` makes what says of one row after the other
    which of those before it is the same, and `most` is of how many rows of a file that is asked."""

    covers: Callable[[Resource], bool]
    ask: Callable[[Any, Resource, Any], Likeness | None]
    among: Callable[[Any, Resource], Callable[[Newcomer], Likeness | None]]
    most: int


_registered: list[Asking] = []


def register(asking: Asking) -> None:
    """To be called in `apps.ready()`. There is one identity resolver, and so one asking."""
    _registered[:] = [asking]


def asking_of(resource: Resource) -> Asking | None:
    return next((one for one in _registered if one.covers(resource)), None)


@dataclass
class Newcomers:
    """The first of them in a file, as many as are asked of."""

    most: int
    kept: list[Newcomer] = field(default_factory=list)

    def add(self, some: Iterable[Newcomer]) -> None:
        for one in some:
            if len(self.kept) >= self.most:
                return
            self.kept.append(one)
