"""A page of rows: only the columns shown, by keyset, over the whole set that the actor may see."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import parts, policy
from kizuna.base.conditions.columns import column_at
from kizuna.base.resources import registry, unions
from kizuna.base.resources.fields import Field
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Invalid

PAGE_SIZE = 50
NUMBERS = (int, float, Decimal)
LARGEST = 2**62
COUNT_LIMIT = 10_000
MOST_PLACES = 50
"""People of one team, and territories, whose rows are looked up one after the other."""
NOWHERE = -(2**40) - 7
"""Stands for an owner or a place in a statement that is written for each of several."""


@dataclass(frozen=True)
class Sort:
    """One field to sort by; ties are broken by id. Empty values come last either way."""

    field: Field
    is_descending: bool

    @property
    def path(self) -> str:
        return self.field.sort_path or "pk"

    @classmethod
    def of(cls, resource: Resource, actor: Any, text: str | None) -> Sort:
        """From "name" or "-updated_at"; without a text the resource's own sort, or where that field is hidden from the
        actor the first that is not. Raises Invalid under "sort"."""
        readable = resource.readable_fields(actor)
        if not text:
            name = resource.default_sort.removeprefix("-")
            visible = next((one for one, field in readable.items() if field.sort_path), name)
            text = resource.default_sort if name in readable else visible
        field = readable.get(text.removeprefix("-"))
        if field is None or field.sort_path is None:
            raise Invalid({"sort": [_("Cannot sort by “%(name)s”.") % {"name": text.removeprefix("-")[:60]}]})
        return cls(field, text.startswith("-"))

    def __str__(self) -> str:
        return f"-{self.field.name}" if self.is_descending else self.field.name


@dataclass(frozen=True)
class Cursor:
    """A place between two rows: the sort value and id of the row it stands at, and how many rows came before."""

    value: Any
    id: int
    is_backward: bool = False
    position: int = 0

    def encode(self) -> str:
        raw = json.dumps([_plain(self.value), self.id, int(self.is_backward), self.position], ensure_ascii=False)
        return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, column: models.Field) -> Cursor:
        """Raises Invalid under "cursor" for anything that `encode` did not make."""
        try:
            raw = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            value, record_id, is_backward, position = raw
            value = None if value is None else column.to_python(value)
            _refuse_unstorable(value, column)
            if not (isinstance(record_id, int) and isinstance(position, int)) or abs(record_id) > LARGEST:
                raise ValueError
        except (ArithmeticError, ValueError, TypeError, RecursionError, ValidationError) as error:
            raise Invalid({"cursor": [_("This page marker cannot be read.")]}) from error
        return cls(value, record_id, bool(is_backward), position)


def _refuse_unstorable(value: Any, column: models.Field) -> None:
    """Raise for a value on which the database would choke: NUL, half a character, a number or moment out of range."""
    column.get_db_prep_value(value, connection)
    if isinstance(value, str) and not value.isprintable() and re.search(r"[\0\ud800-\udfff]", value):
        raise ValueError
    if isinstance(value, NUMBERS) and not -LARGEST <= value <= LARGEST:  # nan is not, either
        raise ValueError


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else str(value) if isinstance(value, Decimal) else value


@dataclass(frozen=True)
class Row:
    """One row of a page: its id, its version, and one value per column asked for."""

    id: int
    version: int
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    next_cursor: str | None
    previous_cursor: str | None
    first_position: int


class Table:
    """Rows of a resource for one actor: chosen columns, a condition, one sort, page by page."""

    def __init__(
        self,
        resource: Resource,
        actor: Any,
        *,
        columns: Sequence[Field],
        sort: Sort,
        rows: models.QuerySet | None = None,
    ) -> None:
        self.resource, self.actor, self.sort = resource, actor, sort
        self.columns = list(columns)
        self.rows = resource.listed_to(actor) if rows is None else rows
        self._is_everything = rows is None
        model: Any = resource.model
        self._sort_column: Any = column_at(model, sort.path)[0]

    def page(self, cursor_text: str | None = None, size: int = PAGE_SIZE) -> Page:
        """The page at a cursor: one query whatever the number of rows, a second where rows without a value begin."""
        cursor = Cursor.decode(cursor_text, self._sort_column) if cursor_text else None
        is_backward = bool(cursor and cursor.is_backward)
        found: list[tuple[Row, Any]] = []
        for part in self._parts(cursor, is_backward):
            if len(found) <= size:
                found += self._select(self._chosen(part, is_backward, size + 1 - len(found)))
        has_more = len(found) > size
        found = found[:size]
        if is_backward:
            found.reverse()
        start = self._start(cursor, len(found))
        has_next, has_previous = (True, has_more) if is_backward else (has_more, cursor is not None)
        return Page(
            rows=[row for row, _key in found],
            next_cursor=self._cursor(found[-1], False, start + len(found)) if found and has_next else None,
            previous_cursor=self._cursor(found[0], True, start) if found and has_previous else None,
            first_position=start + 1,
        )

    def firsts(self, parts: Sequence[Q], size: int) -> list[Page]:
        """The first page of each of several parts of the rows, which share none: two questions for all of them, one
        that finds the ids of each part in order, and one that reads them."""
        if self._nullable:
            return [self._of(part).page(size=size) for part in parts]
        order = self._order(False)
        ids = unions.each([self.rows.filter(part).order_by(*order).values_list("pk")[: size + 1] for part in parts])
        place_of = {pk: place for place, pk in ids}
        found: list[list[tuple[Row, Any]]] = [[] for _part in parts]
        chosen = self.resource.model._default_manager.filter(pk__in=place_of).order_by(*order)
        for each in self._select(chosen) if ids else ():
            found[place_of[each[0].id]].append(each)
        return [self._first(rows[:size], has_more=len(rows) > size) for rows in found]

    def _of(self, part: Q) -> Table:
        """The same table of some of its rows."""
        return Table(self.resource, self.actor, columns=self.columns, sort=self.sort, rows=self.rows.filter(part))

    def _first(self, found: list[tuple[Row, Any]], *, has_more: bool) -> Page:
        cursor = self._cursor(found[-1], False, len(found)) if has_more else None
        return Page([row for row, _key in found], next_cursor=cursor, previous_cursor=None, first_position=1)

    def every(self) -> list[Row]:
        """All rows as they stand, where they are few and known: nothing is put in order, and no page is cut."""
        return [row for row, _key in self._select(self.rows)]

    def _chosen(self, beyond: Q, is_backward: bool, count: int) -> models.QuerySet:
        """The rows of one page in order. Where something limits the rows, their ids are found first, so that the
        database does not carry all columns of thousands of rows through a sort."""
        order = self._order(is_backward)
        beyond &= self._in_no_trash
        rows = self.rows.filter(beyond).order_by(*order)[:count]
        model = self.resource.model
        if self._is_everything and policy.sees_all(self.actor, model) and not self._is_behind:
            return rows
        seen = self._seen if self._is_everything else {}
        places = [(column, place) for column, found in seen.items() for place in found]
        if places and len(places) <= MOST_PLACES and all(self._is_indexed_by(column) for column in seen):
            live = Q(deleted_at__isnull=True) if self.resource.has_trash else Q()
            live &= self.resource.beside_the_trash
            walks = {
                column: model._default_manager.filter(live, beyond, **{column: NOWHERE}).order_by(*order)
                for column in seen
            }
            rows = model._default_manager.filter(
                pk__in=_of_each(places, {column: one.values("pk")[:count] for column, one in walks.items()})
            )
            rows = rows.order_by(*order)[:count]
        return model._default_manager.filter(pk__in=rows.values("pk")).order_by(*order)

    @cached_property
    def _seen(self) -> dict[str, tuple[int, ...]]:
        """By which values, in which columns, the actor sees rows, or the wholes that they are parts of."""
        model = self.resource.model
        return policy.places_seen(self.actor, model) or policy.places_of_whole(self.actor, model) or {}

    @property
    def _in_no_trash(self) -> Q:
        """Parts in the order of their wholes, of a kind that is never put in the trash: nothing would be left out, but
        saying so lets the database take the indexes of what does not lie there."""
        part = parts.find(self.resource.key)
        if part is None or not self.sort.path.startswith(f"{part.field}__"):
            return Q()
        return Q() if registry.of(part.whole).is_deletable else part.of_live_wholes

    def _is_indexed_by(self, column: str) -> bool:
        """Whether an index holds the rows of each owner, or place, in this order: their own, or that of the whole."""
        field, _behind, name = column.rpartition("__")
        path = self.sort.path.removeprefix(f"{field}__") if field else self.sort.path
        holder: Any = self.resource.model._meta.get_field(field).related_model if field else self.resource.model
        start = [name.removesuffix("_id"), path]
        return any([one.lstrip("-") for one in index.fields[:2]] == start for index in holder._meta.indexes)

    @property
    def _is_behind(self) -> bool:
        """Whether the order is by a column of another record; what lies within one of this record's is its own."""
        return "__" in self.sort.path and hasattr(self._sort_column, "model")

    def _start(self, cursor: Cursor | None, count: int) -> int:
        if cursor is None:
            return 0
        return max(0, cursor.position - count) if cursor.is_backward else cursor.position

    def _cursor(self, found: tuple[Row, Any], is_backward: bool, position: int) -> str:
        row, key = found
        return Cursor(key, row.id, is_backward, position).encode()

    def _order(self, is_backward: bool) -> list[Any]:
        """By value and id, both in one direction: so one index serves all four ways through the list."""
        descending = self.sort.is_descending != is_backward
        key = F(self.sort.path)
        return [key.desc() if descending else key.asc(), "-pk" if descending else "pk"]

    @property
    def _nullable(self) -> bool:
        steps = self.sort.path.split("__")[:-1] if self._is_behind else []
        model: Any = self.resource.model
        for step in steps:
            relation = model._meta.get_field(step)
            if relation.null or not relation.concrete:
                return True
            model = relation.related_model
        return self._sort_column.null

    def _parts(self, cursor: Cursor | None, is_backward: bool) -> list[Q]:
        """The rows after the cursor, in parts to be read one after the other: empty values are a part of their own, the
        last one, which no index holds at the end for both directions."""
        beyond = self._beyond(cursor) if cursor else Q()
        if not self._nullable:
            return [beyond]
        empty, filled = (Q(**{f"{self.sort.path}__isnull": wanted}) for wanted in (True, False))
        if cursor is not None and cursor.value is None:
            return [empty & beyond, filled] if is_backward else [empty & beyond]
        return [filled & beyond] if is_backward else [filled & beyond, empty]

    def _beyond(self, cursor: Cursor) -> Q:
        """Rows after the cursor; the range comes first, so that the index on (sort, id) is entered at its place."""
        path = self.sort.path
        word = "lt" if self.sort.is_descending != cursor.is_backward else "gt"
        same = Q(**{f"pk__{word}": cursor.id})
        if cursor.value is None:
            return same
        return Q(**{f"{path}__{word}e": cursor.value}) & (
            Q(**{f"{path}__{word}": cursor.value}) | (Q(**{path: cursor.value}) & same)
        )

    def _select(self, rows: models.QuerySet) -> list[tuple[Row, Any]]:
        annotations: dict[str, Any] = {}
        spans: list[tuple[int, int, list[str]]] = []
        paths: list[str] = ["pk", "version" if self.resource.has_trash else "pk", self.sort.path]
        for field in self.columns:
            start = len(paths)
            paths.extend(field.paths)
            extra = field.annotations(self.actor)
            spans.append((start, len(paths), list(extra)))
            annotations |= extra
        aliases = {alias: len(paths) + number for number, alias in enumerate(annotations)}
        if annotations:
            rows = rows.annotate(**annotations)
        lines = list(rows.values_list(*paths, *annotations))
        shown: list[Sequence[Any]] = []
        for field, (start, end, names) in zip(self.columns, spans, strict=True):
            places = [aliases[name] for name in names]
            given = [
                line[start:end] + tuple(line[at] for at in places) if places else line[start:end] for line in lines
            ]
            shown.append(field.values(given))
        values = zip(*shown, strict=True) if shown else [()] * len(lines)
        return [(Row(line[0], line[1], one), line[2]) for line, one in zip(lines, values, strict=True)]

    def count(self) -> tuple[int, bool]:
        """How many rows there are, counted up to COUNT_LIMIT, and whether there are more than that."""
        counted = self.rows.order_by().values("pk")[: COUNT_LIMIT + 1].count()
        return min(counted, COUNT_LIMIT), counted > COUNT_LIMIT


def _of_each(places: Sequence[tuple[str, int]], rows: Mapping[str, models.QuerySet]) -> RawSQL:
    """The ids that `rows`, by column a slice of those of NOWHERE, have for each owner or place: each is one walk in an
    index."""
    walks = {column: some.query.sql_with_params() for column, some in rows.items()}
    parts, each = [], list[Any]()
    for number, (column, place) in enumerate(places):
        sql, values = walks[column]
        parts.append(f"SELECT pk FROM ({sql}) AS of_{number}")  # noqa: S608 - SQL of Django's
        each += [place if value == NOWHERE else value for value in values]
    return RawSQL(" UNION ALL ".join(parts), each)  # noqa: S611 - SQL of Django's, values beside it
