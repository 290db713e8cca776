"""Records that stand in an order of their own (`resources.lines`): put in another one, with as few of them changed as
can be."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from kizuna.base.records.models import Record, RecordQuerySet
from kizuna.base.records.services.changing import update
from kizuna.base.records.services.wholes import hold_wholes
from kizuna.base.resources.lines import GAP, POSITION


@transaction.atomic
def arrange(*, actor: Any, rows: RecordQuerySet, order: Sequence[int]) -> list[Record]:
    """Put `rows`, the lines of one record, into the order of these ids; returns those that moved.

    Ids that are no line any more are passed over, and lines that are not named, because somebody added them in the
    meantime, stay behind the line that they stood behind. Raises Denied.
    """
    hold_wholes(rows.live())
    lines = {line.pk: line for line in rows.live().order_by(POSITION, "pk").select_for_update(of=("self",))}
    before = list(lines)
    after = _with_the_others(list(dict.fromkeys(pk for pk in order if pk in lines)), before)
    resting = _resting([before.index(pk) for pk in after])
    places = _places([getattr(lines[pk], POSITION) if at in resting else None for at, pk in enumerate(after)])
    moved = [
        (lines[pk], place) for pk, place in zip(after, places, strict=True) if getattr(lines[pk], POSITION) != place
    ]
    return [update(actor=actor, record=line, changes={POSITION: place}) for line, place in moved]


def _with_the_others(order: list[int], before: Sequence[int]) -> list[int]:
    named = set(order)
    for place, pk in enumerate(before):
        if pk not in named:
            order.insert(order.index(before[place - 1]) + 1 if place else 0, pk)
    return order


def _resting(sequence: Sequence[int]) -> set[int]:
    """Which places of a sequence can stay, so that the fewest others have to move: a longest rising part of it."""
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for place, value in enumerate(sequence):
        at = bisect_left(tails, value)
        tails[at:] = [value] if at == len(tails) else [value, *tails[at + 1 :]]
        ends[at:] = [place] if at == len(ends) else [place, *ends[at + 1 :]]
        previous.append(ends[at - 1] if at else -1)
    found, place = set(), ends[-1] if ends else -1
    while place >= 0:
        found.add(place)
        place = previous[place]
    return found


def _places(kept: Sequence[int | None]) -> list[int]:
    """A whole number for everybody, rising; whoever has one keeps it, unless there is no room between two of them."""
    found: list[int] = []
    for at, place in enumerate(kept):
        if place is None:
            low = found[-1] if found else 0
            run = next((one for one, value in enumerate(kept[at:]) if value is not None), None)
            high = low + 2 * GAP if run is None else kept[at + run]
            assert high is not None
            place = low + (high - low) // (2 if run is None else run + 1)
        if place <= (found[-1] if found else 0):
            return [(number + 1) * GAP for number in range(len(kept))]
        found.append(place)
    return found
