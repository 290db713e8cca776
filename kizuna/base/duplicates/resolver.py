"""Is this one here already? The one question that every door asks before it makes a record: forms while somebody types,
the API, and what comes in from outside.

Candidates come from indexes (`Key`, and the marks of `marking`), and are weighed by what the last search learned: the
same levels, the same weights, as in a search through everything. The number of queries is constant, and so is the work,
however many records there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from kizuna.base.duplicates.comparing import RARE, SAME_NAME, Levels, Portrait, compare
from kizuna.base.duplicates.marking import Marking, is_resolved, sought
from kizuna.base.duplicates.portraits import Painter
from kizuna.base.duplicates.queries import Reason, told, weights_of
from kizuna.base.duplicates.scanning import FEW
from kizuna.base.duplicates.weighing import LIKELY
from kizuna.base.records import bulk
from kizuna.base.resources.fields import Phone, Points
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.search import queries as search
from kizuna.base.types.errors import Invalid

MOST = 5
NEAR, COMPARED = 60, 40
"""Records looked at for each mark, and compared in all: those with the most marks in common. Reading and understanding
a record costs more than everything else."""
ALIKE_NAME, SAME_KEY = 3, 0


@dataclass(frozen=True)
class Candidate:
    """A record that may be the same. `certainty` is how likely, from 0 to 1; `reasons` the strongest first."""

    record_id: int
    certainty: float
    reasons: Sequence[Reason]

    @property
    def is_likely(self) -> bool:
        return self.certainty >= LIKELY


def candidates(actor: Any, resource: Resource, values: Mapping[str, Any], *, most: int = MOST) -> list[Candidate]:
    """Records that `values` (JSON, form or Python) may be about, the most certain first.

    Beside the likely ones those with a name like it, or the same address or number: while somebody types, little is
    known yet. What cannot be understood is passed over. Only records and fields that the actor may see say anything,
    and how many bear a name is counted among those.
    """
    return _candidates(actor, resource, _described(actor, resource, values), most)


def like(actor: Any, resource: Resource, record: Any, *, most: int = MOST) -> list[Candidate]:
    """The same for a record that is there: which others may be it?"""
    return [one for one in _candidates(actor, resource, record, most + 1) if one.record_id != record.pk][:most]


def _described(actor: Any, resource: Resource, values: Mapping[str, Any]) -> Any:
    """A record as it would be, never saved."""
    record, reader = resource.model(), Reader.of(actor)
    for name, raw in values.items():
        field = resource.fields.get(name)
        if field is None or not field.editable:
            continue
        try:
            field.assign(record, field.parse(raw, reader))
        except Invalid:
            continue
    try:
        record.normalise()
    except Invalid:
        return record  # what a form says before it is finished
    return record


def _candidates(actor: Any, resource: Resource, record: Any, most: int) -> list[Candidate]:
    if not is_resolved(resource):
        return []
    painter = Painter(resource, frozenset(resource.readable_fields(actor)))
    asked = painter.of(record)
    near = _near(actor, resource, painter, record, asked)
    if not near:
        return []
    weights = weights_of(resource)
    certain = cache(weights.certainty)
    known = painter.among(resource.visible_to(actor).filter(pk__in=near))
    known.pop(record.pk, None)
    namesakes = sum(bear_one_name(asked, other) for other in known.values())
    found = []
    for pk, other in known.items():
        levels = levels_of(asked, other, is_rare=namesakes < FEW)
        certainty = certain(levels)
        if certainty >= LIKELY or _is_telling(levels):
            found.append((certainty, pk, other, levels))
    found.sort(key=lambda one: (-one[0], -one[1]))
    return [
        Candidate(pk, certainty, told(painter, weights, asked, other, levels))
        for certainty, pk, other, levels in found[:most]
    ]


def _near(actor: Any, resource: Resource, painter: Painter, record: Any, asked: Portrait) -> list[int]:
    """Ids of the records that have most in common with a portrait, by the indexes alone: two queries."""
    found = Counter(pk for _kind, _key, pk in bulk.records_having(resource.key, asked.keys))
    numbers = {kind: key for kind, key in asked.keys if _is_searched_number(resource, kind)}
    marks = dict.fromkeys(sought(Marking(painter), record, asked))
    found.update(search.marked(actor, resource, marks, numbers=numbers, most=NEAR))
    return sorted(found, key=lambda pk: (-found[pk], -pk))[:COMPARED]


def _is_searched_number(resource: Resource, name: str) -> bool:
    field = resource.fields[name]
    is_number = isinstance(field, Phone) or (isinstance(field, Points) and field.point_kind == "phone")
    return is_number and name in resource.search


def bear_one_name(one: Portrait, other: Portrait) -> bool:
    return bool(one.names) and one.names[:1] == other.names[:1]


def levels_of(one: Portrait, other: Portrait, *, is_rare: bool) -> Levels:
    found = compare(one, other)
    return (RARE, *found[1:]) if is_rare and found[0] == SAME_NAME else found


def _is_telling(levels: Levels) -> bool:
    name, key, *_others = levels
    return key == SAME_KEY or (name is not None and name <= ALIKE_NAME)
