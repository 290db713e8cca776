"""The forecast of a period by territory: each with all that lies beneath it, against what is to be won there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kizuna.base.territories import trees
from kizuna.base.territories.trees import Node, Tree
from kizuna.base.types.money import Money
from kizuna.domains.sales.queries.forecast import Asked, Line, counted, deals_of
from kizuna.domains.sales.queries.quotas import held, quotas_within
from kizuna.domains.sales.queries.worth import LeftOut, exchange_for, summed


@dataclass
class TerritoryLine(Line):
    """A territory with those beneath it; `is_rest` is what lies in it alone, and without a node what lies in none."""

    node: Node | None = None
    is_rest: bool = False
    beneath: Sequence[int] = field(default=())


@dataclass(frozen=True)
class ByTerritory:
    asked: Asked
    above: Sequence[Node]
    """From the territory itself to the top; nothing for the whole market."""
    total: TerritoryLine
    lines: Sequence[TerritoryLine]
    missing: Sequence[LeftOut]


def by_territory(actor: Any, asked: Asked, territory_id: int | None) -> ByTerritory:
    """Deals count where they lie, closed ones where they lay on that day; of the past, where they lay then. A handful
    of queries, whatever there is to count."""
    tree = trees.now()
    rows = deals_of(actor, asked).filter(counted(asked))
    if territory_id is not None:
        rows = rows.filter(territory__in=tree.beneath([territory_id]))
    sums = summed(rows, asked.currency)
    quotas = list(quotas_within(actor, asked.period).filter(territory__isnull=False))
    further = [one.amount.currency for one in quotas if one.amount]
    exchange = exchange_for(asked.currency, sums, further=further, today=asked.as_of)
    known = held(quotas, "territory", exchange)
    lines = _lines(tree, asked, territory_id)
    total = TerritoryLine(asked.currency, node=tree.nodes.get(territory_id or 0))
    total.quota = quota_of(tree, known, territory_id)
    home = {pk: line for line in lines for pk in line.beneath}
    rest = next(line for line in lines if line.is_rest)
    for part in exchange.parts_of(sums):
        _owner, lies_in, category = part.of
        for line in (home.get(lies_in, rest), total):
            line.add(category, part)
    for line in lines:
        if line.node and not line.is_rest:
            line.quota = quota_of(tree, known, line.node.id)
    shown = [line for line in lines if not line.is_rest or not line.is_empty]
    return ByTerritory(asked, tree.upwards(territory_id), total, shown, exchange.missing)


def _lines(tree: Tree, asked: Asked, territory_id: int | None) -> list[TerritoryLine]:
    """Those right beneath, then what lies in none of them."""
    found = [
        TerritoryLine(asked.currency, node=node, beneath=tree.beneath([node.id]))
        for node in tree.children.get(territory_id, ())
    ]
    own = [territory_id] if territory_id else []
    return [*found, TerritoryLine(asked.currency, node=tree.nodes.get(territory_id or 0), is_rest=True, beneath=own)]


def quota_of(tree: Tree, known: Mapping[int, Money], territory_id: int | None) -> Money | None:
    """Of a territory: its own, else those of the territories beneath it."""
    if territory_id is not None and territory_id in known:
        return known[territory_id]
    parts = [quota_of(tree, known, node.id) for node in tree.children.get(territory_id, ())]
    there = [one for one in parts if one is not None]
    return sum(there[1:], start=there[0]) if there else None
