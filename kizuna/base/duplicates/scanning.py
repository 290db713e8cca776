"""A search through all records of a kind: read, compare what is near, learn, keep what is likely."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

from kizuna.base.duplicates import weighing
from kizuna.base.duplicates.comparing import (
    RARE,
    SAME_NAME,
    First,
    Levels,
    Portrait,
    compare,
    compare_first,
    compare_further,
)
from kizuna.base.duplicates.scratch import Known, Scratch
from kizuna.base.duplicates.weighing import LIKELY, Weights

SAMPLE = 20_000
"""Records drawn to learn how often two that are not the same agree by chance."""
ROUNDS = 5
FEW = 3
"""Bearers up to which a name is rare."""


class Finding:
    """What a search found: how many records it read and compared, what it learned, and the pairs."""

    def __init__(self, scratch: Scratch, records: int, compared: int, weights: Weights) -> None:
        self._scratch, self.records, self.compared, self.weights = scratch, records, compared, weights
        certain = {levels: weights.certainty(levels) for levels in scratch.patterns()}
        self._likely = {levels: certainty for levels, certainty in certain.items() if certainty >= LIKELY}

    def pairs(self) -> Iterator[tuple[int, int, float]]:
        """(older record, other record, certainty)"""
        for low, high, levels in self._scratch.with_patterns(self._likely):
            yield low, high, self._likely[levels]


def search(portraits: Iterable[tuple[int, Portrait]], scratch: Scratch) -> Finding:
    """Find the likely pairs among records, each an id and its portrait."""
    records = scratch.add(portraits)
    other = weighing.shares_among(_by_chance(scratch), scratch.named_alike(FEW))
    compared = 0

    hopeless = weighing.hopeless(other, records)

    def comparisons() -> Iterator[tuple[int, int, Levels]]:
        nonlocal compared
        for one, two in scratch.pairs():
            compared += 1
            first = compare_first(one.portrait, two.portrait)
            if first not in hopeless:
                yield one.id, two.id, _levels(one, two, first)

    scratch.keep(comparisons())
    weights = weighing.learned(scratch.patterns(), other, records=records)
    return Finding(scratch, records, compared, weights)


def _levels(one: Known, two: Known, first: First) -> Levels:
    found = compare_further(one.portrait, two.portrait, first)
    is_rare = found[0] == SAME_NAME and max(one.bearers, two.bearers) <= FEW
    return (RARE, *found[1:]) if is_rare else found


def _by_chance(scratch: Scratch) -> Iterator[Levels]:
    """Comparisons of records drawn at random, the same ones every time, each with several others."""
    drawn = scratch.sample(SAMPLE)
    Random(1969).shuffle(drawn)  # noqa: S311 - a sample, not a secret
    for step in range(1, min(ROUNDS, len(drawn) - 1) + 1):
        yield from map(compare, drawn, drawn[step:])
