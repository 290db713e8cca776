"""A list as a board: its rows in lanes, one for each choice of a field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from kizuna.base import conditions
from kizuna.base.access import policy
from kizuna.base.resources.fields import Choice, Field, Flag, MoneyAmount, Related, Relation
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.table import Page, Row, Table
from kizuna.base.resources.tallies import Tally, countable, kept_values, tally
from kizuna.base.types.numbers import whole
from kizuna.base.ui.cards import Cards
from kizuna.base.ui.listing import BOARD, LIST, NEWEST, SHAPE, Listing
from kizuna.base.ui.related_lanes import RelatedLanes

MOST_LANES = 20
FIRST_CARDS, MORE_CARDS = 12, 25
NONE, NOTHING = "~", "-"
"""In addresses: the lane of what has no value; and that no column is collapsed, or limited."""
LARGEST_LIMIT = 9999
HABITS = "boards"
LATE, ROTTING = "!late", "!rotting"
"""Among the tallies: cards that are marked."""
ANSWERS = {"false": gettext_lazy("No"), "true": gettext_lazy("Yes")}


@dataclass(frozen=True)
class Lane:
    """One column: `value` is what a card gets that is dropped here, `where` finds those that are there. Behind an end
    nothing goes on: it has an icon and a tone, and is collapsed until somebody opens it."""

    number: int
    key: str
    value: str
    label: str
    where: Q
    is_end: bool = False
    icon: str = ""
    tone: str = ""


def fields_for(resource: Resource, actor: Any) -> list[Field]:
    """The fields by which a person can divide records of a kind; the one that the resource prefers first."""
    if not resource.has_trash:
        return []
    found = [field for field in resource.readable_fields(actor).values() if _divides(field)]
    return sorted(found, key=lambda field: (field.name != resource.board_by, isinstance(field, Flag)))


def _divides(field: Field) -> bool:
    if isinstance(field, Choice):
        return field.sort_path is not None and 1 < len(field.choices) <= MOST_LANES
    if isinstance(field, Relation):
        return field.editable and field.target.as_lanes is not None
    return isinstance(field, Flag)


class Board:
    """The board that a listing asks for. `field` is None when it asks for one that is gone, hidden or no choice."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self.offered = fields_for(listing.resource, listing.actor)
        self.asked = listing.value("by")
        usual = self.offered[0] if self.offered else None
        found = next((field for field in self.offered if field.name == self.asked), None)
        self.field: Field | None = found if self.asked else usual

    @cached_property
    def related(self) -> RelatedLanes | None:
        """The records that are the lanes, where a relation divides the board."""
        if not isinstance(self.field, Relation):
            return None
        asked = str(self.listing.value("within") or self._kept(self.field.name).get("within", ""))
        return RelatedLanes(self.field, self.listing.actor, asked, MOST_LANES)

    @cached_property
    def lanes(self) -> list[Lane]:
        field = self.field
        if field is None:
            return []
        if self.related is not None:
            path = self.related.field.id_path
            return [
                Lane(number, str(row.id), str(row.id), row.label, Q(**{path: row.id}), row.is_end, row.icon, row.tone)
                for number, row in enumerate(self.related.rows)
            ]
        found = [(key, key, str(label), where) for key, label, where in _values(field)]
        if isinstance(field, Choice) and field.empty in ("", None) and not self._all_have_one:
            found.insert(0, (NONE, "", field.nothing, _is_empty(field)))
        return [Lane(number, *parts) for number, parts in enumerate(found)]

    @property
    def _all_have_one(self) -> bool:
        """Whether the filter leaves out what has no value: to find nothing, the database would read everything."""
        assert self.field is not None
        return conditions.demands(self.listing.tree, self.field.name)

    def lane(self, key: str) -> Lane | None:
        return next((lane for lane in self.lanes if lane.key == key), None)

    def lane_of(self, value: Any) -> Lane | None:
        """Where a card with this value is; None for a value that is no choice any more."""
        if isinstance(value, Related):
            value = value.id
        if isinstance(value, bool):
            return self.lane(str(value).lower())
        return self.lane(NONE if value in ("", None) else str(value))

    # ── how this person has it ──

    @cached_property
    def habits(self) -> dict[str, str]:
        """What they collapsed and limited last, outside of saved views."""
        return self._kept(self.habit) if self.field else {}

    @property
    def habit(self) -> str:
        """The name under which this is kept: of several boards each has its own."""
        assert self.field is not None
        board = self.related.board if self.related else None
        return f"{self.field.name}:{board[0]}" if board else self.field.name

    def _kept(self, name: str) -> dict[str, str]:
        kept = self.listing.kept(HABITS)
        found = kept.get(name) if isinstance(kept, dict) else None
        return found if isinstance(found, dict) and self.listing.saved is None else {}

    def said(self, name: str) -> str:
        return str(self.listing.value(name) or self.habits.get(name, ""))

    @cached_property
    def collapsed(self) -> list[str]:
        if not self.said("collapsed"):
            return [lane.key for lane in self.lanes if lane.is_end]
        keys = {lane.key for lane in self.lanes}
        return [key for key in self.said("collapsed").split(",") if key in keys]

    @cached_property
    def limits(self) -> dict[str, int]:
        """How many cards a lane may have before it counts as over-full, by key."""
        keys = {lane.key for lane in self.lanes}
        pairs = [part.rpartition(":") for part in self.said("limits").split(",")]
        return {key: int(number) for key, _colon, number in pairs if key in keys and is_limit(number)}

    def settings(self) -> dict[str, str]:
        """What a view of this board keeps."""
        shown = {"by": self.field.name if self.field else "", "collapsed": ",".join(self.collapsed)}
        board = self.related.board if self.related else None
        return shown | {"limits": written(self.limits)} | ({"within": str(board[0])} if board else {})

    def collapse_url(self, lane: Lane) -> str:
        """The board with this lane collapsed, or open again."""
        keys = [key for key in self.collapsed if key != lane.key]
        keys += [] if lane.key in self.collapsed else [lane.key]
        return self.listing.url(collapsed=",".join(keys) or NOTHING)

    # ── cards ──

    @cached_property
    def cards(self) -> Cards:
        assert self.field is not None
        return Cards(self.listing, without=(self.field.name,), further=(self.field,))

    def divided(self, rows: Iterable[Row]) -> list[tuple[Lane, list[Row]]]:
        """Rows by the lane in which they lie, those of collapsed lanes and of none left out."""
        assert self.field is not None
        found: dict[str, list[Row]] = {}
        for row in rows:
            lane = self.lane_of(self.cards.values(row)[self.field.name])
            found.setdefault(lane.key if lane else "", []).append(row)
        return [(lane, found[lane.key]) for lane in self.lanes if lane.key in found and lane.key not in self.collapsed]

    def pages(self) -> dict[str, Page]:
        """The first cards of each lane that is open, by its key; as many questions however many lanes there are."""
        lanes = [lane for lane in self.lanes if lane.key not in self.collapsed]
        pages = self.table(self.listing.rows).firsts([lane.where for lane in lanes], FIRST_CARDS)
        return {lane.key: page for lane, page in zip(lanes, pages, strict=True)}

    def page(self, lane: Lane, cursor: str | None, size: int) -> Page:
        """Cards of one lane, in one query (a second where those without a value of the sort begin)."""
        return self.table(self.listing.rows.filter(lane.where)).page(cursor, size)

    def table(self, rows: models.QuerySet) -> Table:
        listing = self.listing
        return Table(listing.resource, listing.actor, columns=self.cards.columns, sort=listing.sort, rows=rows)

    @property
    def may_move(self) -> bool:
        """Whether cards can be dragged at all; whether this one may is asked when it is dropped."""
        listing = self.listing
        may_write = self.field is not None and self.field.name in listing.writable
        verb = listing.resource.moves.get(self.field.name) if self.field else None
        if verb is not None:
            permissions = policy.permissions_of(listing.actor)
            return may_write and permissions.can(listing.resource.key, verb.name) and listing.view != "trash"
        return may_write and listing.may("update") and listing.view != "trash"

    @property
    def shows_newest_first(self) -> bool:
        return str(self.listing.sort) == NEWEST

    # ── heads ──

    @cached_property
    def amount(self) -> MoneyAmount | None:
        """What is added up over each lane: the first amount that the reader may see, those on the cards first."""
        fields = [*self.cards.fields, *self.listing.resource.readable_fields(self.listing.actor).values()]
        return next((found for field in fields if (found := countable(field))), None)

    @cached_property
    def weight(self) -> Field | None:
        """How much of an amount is to be expected, where the kind of record says so and the reader may know."""
        resource = self.listing.resource
        return resource.readable_fields(self.listing.actor).get(resource.weighed_by)

    def tallies(self, lanes: Sequence[Lane]) -> dict[str, Tally]:
        """By key of the lane; under "" what has a value that is no choice any more, when all lanes are asked, and under
        LATE and ROTTING what is marked so in lanes that are no ends."""
        asked = {lane.key: lane.where for lane in lanes}
        if len(asked) == len(self.lanes) and not isinstance(self.field, Flag):
            asked[""] = self.elsewhere
        if self.related is not None:
            asked |= {name: self.going_on & self._marked(name) for name in self.marks}
        return tally(self.listing.rows, asked, self.amount, self.weight.path if self.weight else "")

    @property
    def going_on(self) -> Q:
        """Cards in lanes that are no ends."""
        assert self.related is not None
        return self.related.where([row.id for row in self.related.rows if not row.is_end])

    @cached_property
    def marks(self) -> dict[str, Field]:
        """The days by which cards are marked, as far as the reader may see them."""
        resource = self.listing.resource
        readable = resource.readable_fields(self.listing.actor)
        asked = {LATE: resource.due, ROTTING: resource.rots}
        return {mark: readable[name] for mark, name in asked.items() if name in readable}

    def _marked(self, mark: str) -> Q:
        field, today = self.marks[mark], self.listing.reader.today
        return Q(**{f"{field.path}__lt": today} if mark == LATE else {f"{field.path}__lte": today})

    def marked_url(self, mark: str) -> str:
        """The list of the cards that are marked."""
        assert self.related is not None
        field, today = self.marks[mark], self.listing.reader.today
        until = today - dt.timedelta(days=1) if mark == LATE else today
        lanes = [row.id for row in self.related.rows if not row.is_end]
        asked = [
            {"field": self.related.field.name, "op": "any_of", "value": lanes},
            {"field": field.name, "op": "on_or_before", "value": until.isoformat()},
        ]
        tree = conditions.combine(self.listing.tree, *asked)
        return self._list_url(tree)

    @property
    def elsewhere(self) -> Q:
        assert self.field is not None
        if self.related is not None:
            return self.related.where(self.related.others)
        known, path = [value for value, _label in _choices(self.field)], self.field.path
        if not _is_indexed(self.field):
            return ~Q(**{f"{path}__in": known}) & ~_is_empty(self.field)
        kept = kept_values(self.listing.resource.model._default_manager.live(), path, MOST_LANES * 2)
        return Q(**{f"{path}__in": kept - {"", None, *known}})

    @property
    def elsewhere_url(self) -> str:
        """The list of what no lane shows."""
        assert self.field is not None
        name, listing = self.field.name, self.listing
        if self.related is not None:
            others: Any = {"field": name, "op": "any_of", "value": self.related.others}
            return self._list_url(conditions.combine(listing.tree, others))
        gone = {"field": name, "op": "none_of", "value": [value for value, _label in _choices(self.field)]}
        tree = conditions.combine(listing.tree, gone, {"field": name, "op": "is_not_empty"})
        return self._list_url(tree)

    def _list_url(self, tree: Any) -> str:
        nothing: dict[str, str | None] = dict.fromkeys(SHAPE)
        return self.listing.url("", **{**nothing, "mode": LIST, "filter": conditions.dump(tree)})


def is_limit(text: str) -> bool:
    """Whether it says how many cards a lane may have."""
    return 0 < (whole(text) or 0) <= LARGEST_LIMIT


def written(limits: dict[str, int]) -> str:
    return ",".join(f"{key}:{limit}" for key, limit in limits.items())


def _choices(field: Any) -> Iterable[tuple[Any, Any]]:
    return [(value, label) for value, label in field.choices if value not in ("", None)]


def _values(field: Field) -> Iterable[tuple[str, Any, Q]]:
    """Key, label and rows of every lane but that of no value, in the order of the choices."""
    if isinstance(field, Choice):
        return [(str(value), label, Q(**{field.path: value})) for value, label in _choices(field)]
    no = Q(**{field.path: False}) | (Q(**{f"{field.path}__isnull": True}) if "__" in field.path else Q())
    return [("false", ANSWERS["false"], no), ("true", ANSWERS["true"], Q(**{field.path: True}))]


def _is_empty(field: Field) -> Q:
    """Rows without a value: those of text columns are "", of others NULL, of custom ones not there."""
    if "__" in field.path:
        return Q(**{f"{field.path}__isnull": True})
    column: Any = field.resource.model._meta.get_field(field.path)
    nothing = Q(**{f"{field.path}__isnull": True}) if column.null else Q()
    return nothing | Q(**{field.path: ""}) if isinstance(column, models.CharField) else nothing or Q(pk__in=())


def _is_indexed(field: Field) -> bool:
    """Whether an index begins with the field: those of custom ones are made with them."""
    if "__" in field.path:
        return True
    return any(index.fields[:1] == [field.path] for index in field.resource.model._meta.indexes)


def of(listing: Listing) -> Board | None:
    return Board(listing) if listing.mode == BOARD else None
