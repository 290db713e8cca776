"""Lanes made of records: the rows that a relation can lead to, in their order, perhaps of one board of several."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q

from kizuna.base.resources.fields import Relation
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import AsLanes
from kizuna.base.resources.titles import titles_of


@dataclass(frozen=True)
class Row:
    """A record that is a lane: what it is called, and whether nothing goes on behind it."""

    id: int
    label: str
    is_end: bool
    icon: str
    tone: str


class RelatedLanes:
    """The records that `field` can lead to as lanes; `asked` is the number of the board, where there are several.

    Three queries at most: the boards, their lanes with those out of sight, and nothing per lane.
    """

    def __init__(self, field: Relation, actor: Any, asked: str, most: int) -> None:
        self.field, self.actor, self.asked, self.most = field, actor, asked, most
        self.target, self.reader = field.target, Reader.of(actor)
        assert self.target.as_lanes is not None
        self.how: AsLanes = self.target.as_lanes

    @cached_property
    def boards(self) -> list[tuple[int, str]]:
        """The records that have a board each, by number and name; none where there is only one board."""
        if not self.how.within:
            return []
        relation = self.target.fields[self.how.within]
        resource = relation.target
        order = resource.fields[resource.default_sort.removeprefix("-")].sort_path
        rows = resource.visible_to(self.actor).order_by(order, "pk")
        return list(titles_of(resource, self.actor, rows[: self.most]).items())

    @cached_property
    def board(self) -> tuple[int, str] | None:
        """The board that is shown: the one asked for, else the first."""
        return next((one for one in self.boards if str(one[0]) == self.asked), next(iter(self.boards), None))

    @cached_property
    def _rows(self) -> tuple[list[Row], list[int]]:
        """The lanes, and the numbers of further records that cards may still lie in: trashed, hidden, or too many."""
        if self.how.within and self.board is None:
            return [], []
        target, title, is_named = self.target, self.target.title_field, self.target.is_named_to(self.actor)
        rows = target.model._default_manager.all()
        if self.board is not None:
            rows = rows.filter(**{target.fields[self.how.within].id_path: self.board[0]})
        seen = set(target.visible_to(self.actor).filter(pk__in=rows.values("pk")).values_list("pk", flat=True))
        kind = target.fields[self.how.kind].path if self.how.kind else "pk"
        order = target.fields[self.how.sort].sort_path
        found: list[Row] = []
        others: list[int] = []
        for pk, what, *names in rows.order_by(order, "pk").values_list("pk", kind, *title.paths):
            if pk not in seen or len(found) == self.most:
                others.append(pk)
                continue
            icon, tone = self.how.ends.get(what, ("", ""))
            label = title.to_text(title.value(names), self.reader) if is_named else f"#{pk}"
            found.append(Row(pk, label, what in self.how.ends, icon, tone))
        return found, others

    @property
    def rows(self) -> list[Row]:
        return self._rows[0]

    @property
    def others(self) -> list[int]:
        return self._rows[1]

    def where(self, ids: list[int]) -> Q:
        """The cards that lie in any of these."""
        return Q(**{f"{self.field.id_path}__in": ids})
