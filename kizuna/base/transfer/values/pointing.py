"""Points from columns: addresses, numbers and accounts that one row spreads over many cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kizuna.base.resources.fields import Field, Points
from kizuna.base.transfer.formulas import bare
from kizuna.base.transfer.mapping import words
from kizuna.base.transfer.mapping.headers import normal
from kizuna.base.transfer.mapping.targets import Target
from kizuna.base.transfer.values.cells import pieces
from kizuna.base.transfer.values.countries import country_of
from kizuna.base.types.errors import Invalid
from kizuna.base.types.points import LABELS, normalise_points

if TYPE_CHECKING:
    from kizuna.base.transfer.values.drafts import Draft


@dataclass
class Column:
    """One point of each row: where its value or its parts stand, and its label or where that stands."""

    label: str
    parts: dict[str, int] = field(default_factory=dict)
    label_at: int | None = None


Given = tuple[dict[str, Any], dict[str, int]]
"""A point as a row has it, and the columns of its parts ("" for the value)."""


class Pointing:
    """The columns that go into one field of points."""

    def __init__(self, one: Points, columns: Sequence[Column], region: str) -> None:
        self.name, self.kind, self.region = one.name, one.point_kind, region
        self._columns = columns
        self._labels = {normal(code): code for code in LABELS[self.kind]}
        for code, names in words.LABEL_WORDS.items():
            if code in LABELS[self.kind]:
                self._labels |= {normal(name): code for name in words.listed(names)}

    def read(self, draft: Draft) -> None:
        """Put the points of a row into the draft, or what is wrong with them into its errors.

        Numbers without country code belong to the country of the row's address, else to that of its name; so does an
        address without country.
        """
        given: list[Given] = []
        for column in self._columns:
            if self.kind == "address":
                self._read_address(column, draft, given)
            else:
                self._read_values(column, draft.cells, given)
        if not given:
            return
        try:
            found = normalise_points(self.kind, [point for point, _places in given], region=self._country(draft))
        except Invalid as error:
            self._reject(draft, error, given)
            found = self._others(draft, error, given)
        if found:
            draft.values[self.name] = found
            if self.kind == "address":
                draft.country = found[0]["country"]

    def _reject(self, draft: Draft, error: Invalid, given: Sequence[Given]) -> None:
        """Errors are at paths such as "1.value": that part of the second point, wherever it stood."""
        errors = error.under(self.name).errors
        draft.errors |= errors
        for path in errors:
            _name, _dot, rest = path.partition(".")
            number, _dot, part = rest.partition(".")
            if number:
                point, places = given[int(number)]
                place = places.get("" if part == "value" else part)
                if place is not None:
                    draft.sources[path] = (place, point[part])

    def _others(self, draft: Draft, error: Invalid, given: Sequence[Given]) -> list[dict[str, Any]]:
        """The points of a row that nothing is wrong with."""
        wrong = {path.partition(".")[0] for path in error.errors}
        good = [point for place, (point, _places) in enumerate(given) if str(place) not in wrong]
        try:
            return normalise_points(self.kind, good if "" not in wrong else [], region=self._country(draft))
        except Invalid:
            return []

    def _read_values(self, column: Column, cells: list[str], given: list[Given]) -> None:
        typed = bare(cells[column.parts[""]].strip())
        if typed:
            label = self._label(column, cells)
            several = [typed] if self.kind == "link" else pieces(typed)
            given += [({"value": piece, "label": label}, column.parts) for piece in several]

    def _read_address(self, column: Column, draft: Draft, given: list[Given]) -> None:
        cells = draft.cells
        address = {part: typed for part, place in column.parts.items() if (typed := bare(cells[place].strip()))}
        if address:
            if "country" not in address:
                address["country"] = country_of("".join(address.values()), self._country(draft))
            address["label"] = self._label(column, cells)
            given.append((address, column.parts))

    def _country(self, draft: Draft) -> str:
        """Where the row is from, as far as it is known by now."""
        return draft.country or country_of(draft.written, self.region)

    def _label(self, column: Column, cells: list[str]) -> str:
        if column.label_at is None:
            return column.label
        typed = normal(cells[column.label_at])
        if not typed:
            return column.label
        return self._labels.get(typed) or self._labels.get(typed.rpartition(" ")[2], "other")


def pointings(known: Mapping[str, Field], mapping: Sequence[Target | None], region: str) -> list[Pointing]:
    """One per field of points that columns go into; addresses first, because numbers ask for their country."""
    found = []
    for name, one in known.items():
        if isinstance(one, Points) and any(target and target.field == name for target in mapping):
            found.append(Pointing(one, _columns(name, one, mapping), region))
    return sorted(found, key=lambda pointing: pointing.kind != "address")


def _columns(name: str, one: Points, mapping: Sequence[Target | None]) -> list[Column]:
    """The n-th column of a part and label belongs to the n-th point with that label; so do columns with labels."""
    found: dict[tuple[str, int], Column] = {}
    met: Counter[Target] = Counter()
    for place, target in enumerate(mapping):
        if target is None or target.field != name:
            continue
        column = found.setdefault((target.label, met[target]), Column(target.label))
        met[target] += 1
        if target.part == "label":
            column.label_at = place
        else:
            column.parts[target.part] = place
    return [column for column in found.values() if column.parts]
