"""The lines of a tree of territories as a page shows them: all of it, or one branch at a time."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from kizuna.base import conditions
from kizuna.base.resources import registry
from kizuna.base.resources.fields import Question
from kizuna.base.resources.reader import Reader
from kizuna.base.territories import kinds, queries, trees
from kizuna.base.territories.models import Territory
from kizuna.base.territories.trees import Node, Tree
from kizuna.base.types.errors import Invalid, Missing
from kizuna.base.types.numbers import whole

DEEPEST_SHOWN = 5
MOST_SHOWN = 200
"""Territories on one page; of a larger tree it shows one branch at a time."""


class Branch:
    """The part of a tree that a page shows: all of it, or of a large one what lies right in one territory, a page at a
    time."""

    def __init__(self, tree: Tree, above: int | None, skip: int, address: str) -> None:
        self.tree, self.above, self.skip, self.address = tree, above, skip, address
        found = list(islice(tree.walk(above), MOST_SHOWN + 1))
        self.is_folded = len(found) > MOST_SHOWN
        if self.is_folded:
            found = [(node, 1) for node in tree.children.get(above, ())[skip : skip + MOST_SHOWN]]
        self.shown: list[tuple[Node, int]] = found

    @classmethod
    def of(cls, request: HttpRequest, tree: Tree, address: str) -> Branch:
        """The part that the address asks for. Raises Missing for a territory that is not there."""
        above = signed(request.GET["in"]) if request.GET.get("in") else None
        if above is not None and above not in tree.nodes:
            raise Missing()
        return cls(tree, above, number(request.GET.get("skip", "0")), address)

    def url(self, above: int | None, *, skip: int = 0, part: str = "") -> str:
        asked = {name: value for name, value in (("in", above), ("skip", skip)) if value}
        return f"{self.address}{part}?{urlencode(asked)}" if asked else f"{self.address}{part}"

    def context(self, rows: Rows) -> dict[str, Any]:
        children = len(self.tree.children.get(self.above, ()))
        has_more = self.is_folded and children > self.skip + MOST_SHOWN
        above = list(reversed(self.tree.upwards(self.above)))
        return {
            "rows": rows.all(),
            "above": [{"name": one.name, "url": self.url(one.id)} for one in above],
            "top_url": self.url(None) if above else "",
            "more_url": self.url(self.above, skip=self.skip + MOST_SHOWN) if has_more else "",
            "figures_url": self.url(self.above, skip=self.skip, part="/figures") if self.shown else "",
            "tree_url": self.url(self.above, skip=self.skip),
        }


class Rows:
    """The lines of a tree on the page: names by depth, who works there and what they take."""

    def __init__(self, actor: Any, branch: Branch, address: str, *, ids: Mapping[int, int] | None = None) -> None:
        self.actor, self.branch, self.address, self.ids = actor, branch, address, ids
        self.reader, self.today = Reader.of(actor), trees.today()
        nodes = [node for node, _depth in branch.shown]
        self.broken = queries.broken(nodes)
        stored = Territory.objects.visible_to(actor).filter(pk__in=[node.id for node in nodes])
        known = {one.pk: one for one in stored.select_related("leader", "team")}
        self.known, self.people = known, queries.people_of(list(known))

    def all(self) -> list[dict[str, Any]]:
        return [self._row(node, depth) for node, depth in self.branch.shown]

    def _row(self, node: Node, depth: int) -> dict[str, Any]:
        pk = node.id if self.ids is None else self.ids.get(node.id, 0)
        beneath = len(self.branch.tree.beneath([node.id])) - 1 if self.branch.is_folded else 0
        url = f"{self.address}/{pk}" if pk else f"/territories/{node.id}"
        return {
            "id": pk,
            "node": node.id,
            "name": node.name,
            "url": url,
            "edit_url": f"{url}/edit",
            "beneath": self.reader.number(beneath) if beneath else "",
            "beneath_url": self.branch.url(node.id),
            "depth": min(depth, DEEPEST_SHOWN),
            "priority": self.reader.number(node.priority) if node.priority else "",
            "is_active": node.is_active,
            "when": self._when(node),
            "broken": self.reader.listed(self._plural(key) for key in self.broken.get(node.id, ())),
            "takes": self._takes(node),
            "people": self._people(node),
        }

    def _when(self, node: Node) -> str:
        if node.valid_from and node.valid_from > self.today:
            return _("from %(day)s") % {"day": self.reader.day(node.valid_from)}
        if node.valid_until and node.valid_until < self.today:
            return _("ended on %(day)s") % {"day": self.reader.day(node.valid_until)}
        return _("until %(day)s") % {"day": self.reader.day(node.valid_until)} if node.valid_until else ""

    def _people(self, node: Node) -> str:
        stored = self.known.get(node.id)
        leader = stored.leader if stored else None
        found = [one.name for one in self.people.get(node.id, ()) if leader is None or one.pk != leader.pk]
        shown = [*([leader.name] if leader else []), *found]
        more = len(shown) - 3
        words = shown if more <= 1 else [*shown[:3], _("%(count)s more") % {"count": self.reader.number(more)}]
        return self.reader.listed(words)

    def _plural(self, key: str) -> str:
        kind = kinds.find(key)
        return str(kind.label) if kind else key

    def _takes(self, node: Node) -> list[dict[str, str]]:
        """What it takes, in words; once for the kinds of records of which it takes the same."""
        found: dict[str, list[str]] = {}
        for kind in kinds.placeable():
            tree = (node.rules or {}).get(kind.key)
            if tree:
                found.setdefault(self._words(kind.key, tree), []).append(str(kind.label))
        return [{"kind": self.reader.listed(labels), "words": words} for words, labels in found.items()]

    def _words(self, key: str, tree: Any) -> str:
        try:
            return self.reader.listed(Question(key, tree).words(self.actor))
        except Invalid as problem:
            return str(problem.message)


def figures_by_node(actor: Any, branch: Branch, counts: Mapping[int, Mapping[str, int]]) -> list[dict[str, Any]]:
    """What lies in each territory that is shown and in those beneath it, with the list that shows just that."""
    reader, found = Reader.of(actor), []
    for node, _depth in branch.shown:
        inside = [counts[one] for one in branch.tree.beneath([node.id]) if one in counts]
        sums = [(kind, sum(one.get(kind.key, 0) for one in inside)) for kind in kinds.placeable()]
        condition = conditions.dump({"field": "territory", "op": "is", "value": node.id})
        query = urlencode({"view": "all", "filter": condition})
        figures = [
            {
                "label": str(kind.label),
                "count": reader.number(count),
                "url": f"{registry.get(kind.key).list_url}?{query}",
            }
            for kind, count in sums
            if count
        ]
        found.append({"node": node.id, "figures": figures})
    return found


def number(text: str) -> int:
    found = whole(text)
    if found is None:
        raise Missing()
    return found


def signed(text: str) -> int:
    """The id of a territory; one that is only drawn is below zero."""
    return -number(text[1:]) if text.startswith("-") else number(text)
