"""The event log, followed: every event once, none missed, whatever order transactions commit in.

Ids are given before a commit, so on PostgreSQL a smaller one can appear after a larger one. A missing id is a *hole*:
it is looked for again until every transaction that could fill it has ended. A *place* in the log is the highest id read
and the holes below it; clients carry it as an opaque word and come back with it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from django.db import connection
from django.db.models import Max, Q

from kizuna.base.events import EventRow
from kizuna.base.types.numbers import wholes

BATCH = 500
"""Events read at a time."""
MOST_HOLES = 200
WAY_BACK = 1_000
"""How far below the newest event a new process looks for holes."""
CALM_SECONDS = 5.0
"""What a transaction gets between taking an id and being counted as one that writes."""


class Entry(NamedTuple):
    """An event as far as this room cares."""

    id: int
    name: str
    actor_id: int | None


@dataclass(frozen=True)
class Place:
    """How far a reader has come."""

    high: int = 0
    holes: tuple[int, ...] = ()

    @classmethod
    def parse(cls, word: str) -> Self | None:
        """The place that `str()` wrote; None for anything else."""
        parts = word.split(".")
        numbers = wholes(parts)
        if len(parts) > MOST_HOLES + 1 or len(numbers) < len(parts):
            return None
        high, *holes = numbers
        return cls(high, tuple(holes))

    def __str__(self) -> str:
        return ".".join(map(str, (self.high, *self.holes)))


@dataclass(frozen=True)
class Hole:
    seen_at: float
    limit: int
    """Every transaction that could fill the hole has a number below this one."""


@dataclass(frozen=True)
class State:
    high: int = 0
    holes: dict[int, Hole] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        return Place(self.high, tuple(sorted(self.holes, reverse=True)))


def begin() -> State:
    """The end of the log as it stands; gaps in what was written last may still be filled."""
    high = EventRow.objects.aggregate(high=Max("id"))["high"] or 0
    if connection.vendor != "postgresql":
        return State(high)
    low = max(0, high - WAY_BACK)
    known = set(EventRow.objects.filter(id__gt=low, id__lte=high).values_list("id", flat=True))
    return State(high, _holes(set(range(low + 1, high)) - known))


def read(state: State) -> tuple[list[Entry], State]:
    """What came since `state`, at most a batch of it, and the state afterwards."""
    oldest = _transactions()[0] if state.holes else 0
    wanted = Q(id__gt=state.high)
    if state.holes:
        wanted |= Q(id__in=list(state.holes))
    found = [Entry(*row) for row in _entries(wanted)]
    if not found and not state.holes:
        return found, state
    high = max([state.high, *(entry.id for entry in found)])
    ids = {entry.id for entry in found}
    now = time.monotonic()
    holes = {
        number: hole
        for number, hole in state.holes.items()
        if number not in ids and not (oldest >= hole.limit and now - hole.seen_at > CALM_SECONDS)
    }
    if connection.vendor == "postgresql":
        holes |= _holes(set(range(max(state.high, high - WAY_BACK) + 1, high)) - ids)
    kept = sorted(holes, reverse=True)[:MOST_HOLES]
    return found, State(high, {number: holes[number] for number in kept})


def between(after: Place, until: Place) -> list[Entry] | None:
    """What lies between two places; None when that is more than a batch."""
    if after.high < until.high - 10 * BATCH:
        return None
    wanted = Q(id__gt=after.high) | Q(id__in=after.holes)
    found = [Entry(*row) for row in _entries(wanted & Q(id__lte=until.high) & ~Q(id__in=until.holes))]
    return found if len(found) < BATCH else None


def _entries(wanted: Q) -> Iterable[tuple[int, str, int | None]]:
    return EventRow.objects.filter(wanted).order_by("id").values_list("id", "name", "actor_id")[:BATCH]


def _holes(missing: set[int]) -> dict[int, Hole]:
    if not missing:
        return {}
    hole = Hole(time.monotonic(), _transactions()[1])
    return dict.fromkeys(missing, hole)


def _transactions() -> tuple[int, int]:
    """(the oldest transaction still running, the number that the next one gets)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(now)::text::bigint, pg_snapshot_xmax(now)::text::bigint"
            " FROM (SELECT pg_current_snapshot() AS now) AS snapshot"
        )
        oldest, following = cursor.fetchone()
    return oldest, following
