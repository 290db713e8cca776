"""The tree of territories in memory: read once for each edition of what administrators made, with every branch.

What is asked of it for each record that is written ("is there any?", "what lies beneath?") asks no database. Most
companies have some tens or hundreds of territories; who divides a market by towns has ten thousand.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import starmap
from typing import Any

from kizuna.base.resources import editions
from kizuna.base.territories.models import Territory
from kizuna.base.types.days import server_day

DEEPEST = 32
NOWHERE = 0
LARGE = 200
"""Territories from which on a record is not asked about all of them (`takers`): to leave some out takes a query."""


@dataclass(frozen=True)
class Node:
    """A territory: what it takes of each kind of record, and which of several comes first."""

    id: int
    name: str
    parent_id: int | None = None
    priority: int = 0
    rules: Mapping[str, Any] | None = None
    is_active: bool = True
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    sort_key: str = ""

    def counts_on(self, day: dt.date) -> bool:
        begins, ends = self.valid_from or dt.date.min, self.valid_until or dt.date.max
        return self.is_active and begins <= day <= ends


class Tree:
    """Nodes by their ids. A parent that is not there is none: its children stand at the top."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        found = {node.id: node for node in nodes}
        self.nodes = {
            pk: node if node.parent_id in found else replace(node, parent_id=None) for pk, node in found.items()
        }
        self.made_out: dict[Any, Any] = {}
        """What was made out of the tree, kept as long as it is."""

    @property
    def is_empty(self) -> bool:
        return not self.nodes

    @property
    def is_large(self) -> bool:
        return len(self.nodes) > LARGE

    @cached_property
    def children(self) -> Mapping[int | None, Sequence[Node]]:
        found: dict[int | None, list[Node]] = defaultdict(list)
        for node in sorted(self.nodes.values(), key=lambda one: (one.sort_key, one.id)):
            found[node.parent_id].append(node)
        return found

    def upwards(self, node_id: int | None) -> list[Node]:
        """A territory, the one above it, and so on to the top."""
        found: list[Node] = []
        while node_id is not None and node_id in self.nodes and len(found) <= DEEPEST:
            found.append(self.nodes[node_id])
            node_id = self.nodes[node_id].parent_id
        return found

    def has_circle(self) -> bool:
        return has_circle({pk: node.parent_id for pk, node in self.nodes.items()})

    def beneath(self, ids: Iterable[int]) -> list[int]:
        """These territories and all beneath them; one that is not in the tree stays what it is."""
        found: dict[int, None] = {}
        waiting = list(ids)
        while waiting:
            one = waiting.pop()
            if one not in found:
                found[one] = None
                waiting += [node.id for node in self.children.get(one, ())]
        return list(found)

    def walk(self, above: int | None = None, depth: int = 1) -> Iterable[tuple[Node, int]]:
        """From the top down, each before those beneath it."""
        for node in self.children.get(above, ()):
            yield node, depth
            if depth <= DEEPEST:
                yield from self.walk(node.id, depth + 1)

    def taking(self, key: str, day: dt.date) -> list[tuple[int, list[Any]]]:
        """Who takes records of a kind on a day, with the conditions to be met, in the order in which they are asked:
        the higher priority first, then the deeper, then by name. A territory lies within those above it."""
        found, above = [], dict[int | None, list[Any]]({None: []})
        for node, depth in self.walk():
            own = (node.rules or {}).get(key) if node.counts_on(day) else None
            asked = above[node.id] = [own, *above[node.parent_id]] if own else above[node.parent_id]
            if own:
                found.append(((-node.priority, -depth), node.id, asked))
        return [(pk, asked) for _order, pk, asked in sorted(found, key=lambda one: one[0])]


def has_circle(parents: Mapping[int, int | None]) -> bool:
    """Whether one of these lies in itself, or so deep that nobody looks for it there."""
    sound = {NOWHERE: 0}
    for pk in parents:
        way, one = list[int](), pk
        while one not in sound and len(way) <= DEEPEST:
            way.append(one)
            one = parents.get(one) or NOWHERE
        depth = sound.get(one, 0)
        if depth + len(way) > DEEPEST:
            return True
        sound |= {below: depth + step for step, below in enumerate(reversed(way), start=1)}
    return False


EMPTY = Tree(())


def now() -> Tree:
    """The tree as it stands. Where administrators never made anything no database is asked."""
    edition = editions.current()
    return edition.keep(("territories",), stored) if edition.token else EMPTY


def stored() -> Tree:
    rows = Territory.objects.live().order_by("pk")
    return Tree(starmap(Node, rows.values_list("pk", *(one.name for one in fields(Node) if one.name != "id"))))


def today() -> dt.date:
    """Territories begin and end by the calendar of the server, whichever zone whoever asks lives in: where a record
    belongs, and who works there, is one answer for everybody."""
    return server_day()
