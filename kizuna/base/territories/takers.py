"""Who takes records of a kind on a day, in the order in which they are asked; and who of very many may take some.

A condition is asked by the database and by nothing else. But of ten thousand territories only a few can take a record
that lies in Yokohama: most conditions begin with one of a few values of one column (a country, a city, an industry).
Those are its *signs*. Where none of the records in question bears the sign, the condition need not be asked.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone

from kizuna.base import conditions
from kizuna.base.conditions.columns import concrete
from kizuna.base.identity import SYSTEM
from kizuna.base.resources import registry
from kizuna.base.resources.schema import ResourceSchema
from kizuna.base.territories.trees import Tree
from kizuna.base.types.errors import Invalid
from kizuna.base.types.text import fold

Signs = Mapping[str, frozenset[str]]
"""For some columns, the values of which a record has one if it meets the condition."""


def asked(key: str, parts: Sequence[Any]) -> Q | None:
    """Records of a kind that meet all of these conditions; None where one of them can no longer be asked."""
    schema = ResourceSchema(registry.get(key), SYSTEM)
    found = Q()
    try:
        for part in parts:
            found &= conditions.compile(part, schema=schema, viewer=SYSTEM)
    except Invalid:
        return None
    return found


class Takers:
    """The territories of a tree that take records of a kind on a day."""

    def __init__(self, key: str, tree: Tree, day: dt.date) -> None:
        self.key, self.tree = key, tree
        self.every = tree.taking(key, day)
        self._asked: dict[int, Q | None] = {}
        if tree.is_large:
            self._sort(Reading(key))

    @classmethod
    def of(cls, key: str, tree: Tree, day: dt.date) -> Takers:
        """Made out once a day: a tree is asked for each record that is written."""
        name = ("takers", key, day, timezone.now().date())
        found: Takers | None = tree.made_out.get(name)
        if found is None:
            found = tree.made_out[name] = cls(key, tree, day)
        return found

    def _sort(self, reading: Reading) -> None:
        self.signs = [reading.of_all(parts) for _pk, parts in self.every]
        self.columns = sorted({column for signs in self.signs for column in signs})
        self._signless = [at for at, signs in enumerate(self.signs) if not signs]
        self._bearing = defaultdict[tuple[str, str], list[int]](list)
        for at, signs in enumerate(self.signs):
            for column, values in list(signs.items())[:1]:  # the rest is looked at of those that are found by it
                for value in values:
                    self._bearing[column, value].append(at)

    def for_any_of(self, rows: Any) -> Iterator[tuple[int, Q]]:
        """Who takes what, in their order: of a large tree without those that can take none of these records."""
        for at in self._places(rows) if self.tree.is_large else range(len(self.every)):
            pk, parts = self.every[at]
            if at not in self._asked:
                self._asked[at] = asked(self.key, parts)
            fits = self._asked[at]
            if fits is not None:
                yield pk, fits

    def _places(self, rows: Any) -> list[int]:
        borne = self._borne_by(rows)
        found = {at for column, values in borne.items() for value in values for at in self._bearing[column, value]}
        fitting = [at for at in found if not any(borne[one].isdisjoint(self.signs[at][one]) for one in self.signs[at])]
        return sorted([*fitting, *self._signless])

    def _borne_by(self, rows: Any) -> dict[str, set[str]]:
        """What stands in the columns of the signs."""
        found: dict[str, set[str]] = {column: set() for column in self.columns}
        if self.columns:
            for line in rows.order_by().values_list(*self.columns).distinct():
                for column, value in zip(self.columns, line, strict=True):
                    found[column].add(same(value))
        return found


class Reading:
    """Reads the signs of conditions on one kind of record."""

    def __init__(self, key: str) -> None:
        self.model, self.schema = registry.get(key).model, ResourceSchema(registry.get(key), SYSTEM)
        self._read: dict[int, Signs] = {}
        self._columns: dict[str, str] = {}

    def of_all(self, parts: Iterable[Any]) -> Signs:
        """Of a record that meets all of these conditions; the territory's own, which say most, come first."""
        found: dict[str, frozenset[str]] = {}
        for part in parts:
            if id(part) not in self._read:
                self._read[id(part)] = self.of(part)
            for column, values in self._read[id(part)].items():
                found[column] = found[column] & values if column in found else values
        return found

    def of(self, condition: Any) -> Signs:
        match condition:
            case {"field": str(name), "op": "is", "value": str(value)}:
                return self._of_field(name, [value])
            case {"field": str(name), "op": "any_of", "value": [*values]}:
                return self._of_field(name, values)
            case {"all": [*parts]}:
                return self.of_all(parts)
            case {"any": [first, *others]}:
                found = dict(self.of(first))
                for other in map(self.of, others):
                    found = {column: found[column] | other[column] for column in found if column in other}
                return found
        return {}

    def _of_field(self, name: str, values: Sequence[Any]) -> Signs:
        column = self._column_of(name)
        return {column: frozenset(map(same, values))} if column else {}

    def _column_of(self, name: str) -> str:
        """The column of the records themselves that holds a field; empty where it is asked in another way."""
        if name not in self._columns:
            field = self.schema.field(name)
            is_own = field and field.kind in ("text", "choice") and not (field.lookup or field.fold_path)
            column = concrete(self.model, field.path) if field and is_own else None
            is_own = column is not None and column.model is self.model and column.name == (field and field.path)
            self._columns[name] = column.name if column is not None and is_own else ""
        return self._columns[name]


def same(value: Any) -> str:
    """One text for all that a database may hold to be equal, whatever it thinks of capitals: rather too many."""
    return fold(str(value or "").upper())
