"""Which kinds of records can be assigned, and the ways in which somebody is chosen: rooms add to both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from kizuna.base.identity.models import User
from kizuna.base.resources import registry

Tree = dict[str, Any]


@dataclass(frozen=True)
class Assignable:
    """A kind of record of which rules say who gets it.

    `key` is that of its resource. `through` are relations to records that have an owner who knows the customer
    already, the closest first. `load` is the condition of those that keep somebody busy, `waiting` of those that can
    be given at all; {} is every one.
    """

    key: str
    through: Sequence[str] = ()
    load: Tree = field(default_factory=dict)
    waiting: Tree = field(default_factory=dict)

    @property
    def label(self) -> Any:
        return registry.get(self.key).plural_label


_assignable: dict[str, Assignable] = {}


def assign(kind: Assignable) -> Assignable:
    """Let rules decide who gets records of a kind; called in a room's `apps.ready()`."""
    _assignable[kind.key] = kind
    return kind


def assignable() -> list[Assignable]:
    return list(_assignable.values())


def find(key: str) -> Assignable | None:
    return _assignable.get(key)


@dataclass(frozen=True)
class Candidate:
    """Somebody who may get a record now. `credit` is how long they have waited for their turn, in turns and weights;
    `load` how many records keep them busy; `place` their place among the members of the rule."""

    user_id: int
    weight: int
    credit: int
    load: int
    place: int


@dataclass(frozen=True)
class Way:
    """`choose(candidates, record)` names one of them; there is at least one. `turns` says that who is chosen goes to
    the end of the line, by weight. `reason` says why, in words for the reader.

    A way with `people` needs no members of the rule: it says for records whom each of them may go to, group by group;
    the first group of which somebody is there gets it.
    """

    code: str
    label: Any
    choose: Callable[[Sequence[Candidate], Any], Candidate]
    reason: Any
    turns: bool = False
    counts_load: bool = False
    people: Callable[[Sequence[Any]], Mapping[int, Sequence[Sequence[User]]]] | None = None


_ways: dict[str, Way] = {}


def register(way: Way) -> Way:
    """Add a way of choosing; the same code again replaces it. By territory comes from the room above."""
    _ways[way.code] = way
    return way


def way_named(code: str) -> Way | None:
    """The way with this code; None when its room is no longer installed."""
    return _ways.get(code)


def way_choices() -> list[tuple[str, Any]]:
    return [(way.code, way.label) for way in _ways.values()]


def kind_choices() -> list[tuple[str, Any]]:
    return [(kind.key, capfirst(kind.label)) for kind in assignable()]


def _first(candidates: Sequence[Candidate], record: Any) -> Candidate:
    return min(candidates, key=lambda one: (one.place, one.user_id))


def next_in_turn(candidates: Sequence[Candidate], record: Any) -> Candidate:
    """Who has waited longest, by weight."""
    return max(candidates, key=lambda one: (one.credit + one.weight, -one.place, -one.user_id))


def _least_busy(candidates: Sequence[Candidate], record: Any) -> Candidate:
    """By what each is able to carry: a weight of 2 carries twice as much. Equally busy ones take turns."""
    return min(candidates, key=lambda one: (one.load / one.weight, -one.credit, one.place, one.user_id))


FIXED = register(Way("fixed", _("The first who is there"), _first, _("The first of the rule who is there.")))
ROUND_ROBIN = register(
    Way("round_robin", _("In turn"), next_in_turn, _("It was their turn."), turns=True)
)  # fmt: skip
WEIGHTED = register(
    Way("weighted", _("In turn, by weight"), next_in_turn, _("It was their turn, by weight."), turns=True)
)
LEAST_LOADED = register(
    Way("least_loaded", _("Who has least to do"), _least_busy, _("They had least to do."), True, counts_load=True)
)
