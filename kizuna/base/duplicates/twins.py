"""Rows of one file that are likely one and the same, found in memory before any of them is a record.

Each is compared with those before it that share a block (`blocking`), by the same levels and weights as records are.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

from kizuna.base.duplicates.blocking import blocks
from kizuna.base.duplicates.comparing import Portrait
from kizuna.base.duplicates.portraits import Painter
from kizuna.base.duplicates.queries import told, weights_of
from kizuna.base.duplicates.resolver import COMPARED, NEAR, bear_one_name, levels_of
from kizuna.base.duplicates.scanning import FEW
from kizuna.base.duplicates.weighing import LIKELY
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.likeness import Likeness, Newcomer


class Twins:
    """The rows met so far. Of a block that many are in the last ones are looked at: the work for a row is bounded."""

    def __init__(self, actor: Any, resource: Resource) -> None:
        self._painter = Painter(resource, frozenset(resource.readable_fields(actor)))
        self._weights = weights_of(resource)
        self._certainty = cache(self._weights.certainty)
        self._met: list[tuple[Newcomer, Portrait]] = []
        self._blocks: dict[str, list[int]] = {}

    def meet(self, row: Newcomer) -> Likeness | None:
        """Which of the rows before this one it most likely is, if any is likely."""
        portrait = self._painter.of(row.record)
        marks = list(dict.fromkeys(blocks(portrait)))
        near = Counter(place for mark in marks for place in self._blocks.get(mark, ())[-NEAR:])
        found = self._most_certain(portrait, [place for place, _shared in near.most_common(COMPARED)])
        for mark in marks:
            self._blocks.setdefault(mark, []).append(len(self._met))
        self._met.append((row, portrait))
        return found

    def _most_certain(self, asked: Portrait, places: list[int]) -> Likeness | None:
        others = [self._met[place] for place in places]
        is_rare = sum(bear_one_name(asked, other) for _row, other in others) < FEW
        weighed = [(levels_of(asked, other, is_rare=is_rare), row, other) for row, other in others]
        best = max(weighed, key=lambda one: self._certainty(one[0]), default=None)
        if best is None or self._certainty(best[0]) < LIKELY:
            return None
        levels, row, other = best
        reasons = [(one.field, one.how) for one in told(self._painter, self._weights, asked, other, levels)]
        return Likeness(self._certainty(levels), reasons, earlier=row)
