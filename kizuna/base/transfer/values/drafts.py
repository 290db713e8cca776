"""Drafts: what each row of a file says, understood once and for all before the database is asked anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from kizuna.base.resources.fields import Email, FullName, Link, LongText, MoneyAmount, Points, Relation, Tags, Text
from kizuna.base.resources.fields.base import Field
from kizuna.base.resources.fields.names import PARTS, READINGS
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.redirects import LARGEST
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer import remarks
from kizuna.base.transfer.formulas import bare
from kizuna.base.transfer.mapping.targets import CURRENCY, ID, Target, given_title, importable
from kizuna.base.transfer.reading import Row
from kizuna.base.transfer.values import names
from kizuna.base.transfer.values.cells import NOTHING, Cell, cell_of, in_currency, said_or_not
from kizuna.base.transfer.values.combined import Telling
from kizuna.base.transfer.values.options import Options
from kizuna.base.transfer.values.pointing import Pointing, pointings
from kizuna.base.transfer.values.policies import Policy
from kizuna.base.types.errors import Errors, Invalid
from kizuna.base.types.refs import RecordRef


def is_joined(one: Field | None) -> bool:
    """Whether several columns can go into a field, as one text or one list of tags."""
    return isinstance(one, Tags) or (isinstance(one, Text) and not isinstance(one, Email | Link))


class Wanted(NamedTuple):
    """A related record, as a row names it: by its title, and by fields of its own."""

    title: str
    parts: tuple[tuple[str, str], ...] = ()


Sources = dict[str, tuple[int, str]]
OWNER = "owner"


@dataclass(slots=True)
class Said:
    """What is said of a record: given fields only, by name, the (field, key) pairs by which it may be known, and those
    that only agree with its ID, or do not."""

    values: dict[str, Any] = field(default_factory=dict)
    keys: list[tuple[str, str]] = field(default_factory=list)
    record_id: int | None = None
    agreeing: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Draft(Said):
    """What one row says. `country` is that of its first address, `written` its name as it stands in the file, `whole` a
    whole name and what it was cut into, `sources` the column and the text that an error (by its path) comes from.
    `cells` are those of the row with defaults where it says nothing; `defaulted` the fields that got one, `emptied`
    those that blank cells empty; `remarks` what is said beside the fields; `held` is what is wrong with values that are
    held back, while the others come in.
    """

    row: Row = field(kw_only=True)
    cells: list[str] = field(default_factory=list)
    defaulted: set[str] = field(default_factory=set)
    emptied: dict[str, Any] = field(default_factory=dict)
    whole: tuple[str, list[str]] | None = None
    wanted: dict[str, Wanted] = field(default_factory=dict)
    errors: Errors = field(default_factory=dict)
    held: Errors = field(default_factory=dict)
    country: str = ""
    written: str = ""
    sources: Sources = field(default_factory=dict)
    remarks: set[str] = field(default_factory=set)

    @property
    def is_known(self) -> bool:
        """Whether the row tells which record it means, so that it finds it again."""
        return bool(self.keys) or self.record_id is not None

    def reject(self, name: str, error: Invalid, place: int) -> None:
        """Note what is wrong with the cell of a column."""
        errors = error.under(name).errors
        self.errors |= errors
        self.sources |= dict.fromkeys(errors, (place, self.cells[place]))


class Drafts:
    """Makes drafts of the rows of one file. Everything that does not depend on the row is worked out here."""

    def __init__(self, resource: Resource, actor: Any, mapping: Sequence[Target | None], options: Options) -> None:
        self.resource, self.options = resource, options
        reader = Reader.of(actor)
        known = {one.name: one for one in importable(resource, actor)}
        self._offered = {one.name for one in remarks.offered(resource, actor)}
        self._given = given_title(resource, actor)
        self.mapping = mapping = self._with_defaults(mapping)
        self._check(mapping, known)
        self._simple: list[tuple[int, str, Cell]] = []
        self._joined: dict[str, tuple[list[int], Cell, str]] = {}
        self._whole: list[tuple[int, Any]] = []
        self._related: dict[str, list[tuple[int, str]]] = {}
        self._id: int | None = None
        self._remarks: list[tuple[int, str]] = []
        self._currencies = self._currency_columns(mapping, known)
        for place, target in enumerate(mapping):
            if target is None or place in self._currencies:
                continue
            one = known.get(target.field)
            if target.field == ID:
                self._id = place
            elif remarks.find(resource, target.field) is not None:
                self._remarks.append((place, target.field))
            elif isinstance(one, Relation):
                self._related.setdefault(target.field, []).append((place, target.part))
            elif isinstance(one, FullName):
                self._whole.append((place, names.split_reading if target.part else names.split))
            elif one is not None and not isinstance(one, Points):
                cell = cell_of(one, resource, reader, options)
                if is_joined(one) and sum(other == target for other in mapping) > 1:
                    between = "\n" if isinstance(one, LongText) else ", " if isinstance(one, Tags) else " "
                    self._joined.setdefault(target.field, ([], cell, between))[0].append(place)
                else:
                    self._simple.append((place, target.field, cell))
        self._points: list[Pointing] = pointings(known, mapping, options.region)
        self._parts = {name: cell_of(known[name], resource, reader, options) for name in _NAME_FIELDS if name in known}
        self._named = self._name_columns(mapping)
        self._mirrored = self._emptied_by_blanks(mapping, known)
        self._telling = Telling(resource, options.match)
        self._vital = self._may_not_be_missing(known)

    def _check(self, mapping: Sequence[Target | None], known: dict[str, Field]) -> None:
        """Raises Invalid for a column that this person cannot import, and for a field that got two columns."""
        seen: set[Target] = set()
        for target in filter(None, mapping):
            beside = {ID, *self._offered, *([self._given.name] if self._given else [])}
            if target.field not in known and target.field not in beside:
                raise Invalid({"mapping": [_("You cannot import into “%(name)s”.") % {"name": target.field}]})
            one = known.get(target.field)
            many = isinstance(one, Points) or is_joined(one) or target.field in self._offered
            if target in seen and not many:
                raise Invalid({"mapping": [_("Two columns go into “%(name)s”.") % {"name": target.field}]})
            seen.add(target)

    def _currency_columns(self, mapping: Sequence[Target | None], known: Mapping[str, Field]) -> dict[int, int | None]:
        """Columns that tell the currency of another column, and which that is."""
        money = {one.name for one in known.values() if isinstance(one, MoneyAmount)}
        places = {target.field: place for place, target in enumerate(mapping) if target and not target.part}
        return {
            place: places.get(target.field)
            for place, target in enumerate(mapping)
            if target and target.part == CURRENCY and target.field in money
        }

    def _emptied_by_blanks(self, mapping: Sequence[Target | None], known: dict[str, Field]) -> dict[str, Any]:
        """What fields become that mirror their column, where it is blank."""
        filled = {one.field for place, one in enumerate(mapping) if one and place not in self._currencies}
        return {
            name: known[name].empty
            for name, policy in self.options.policies.items()
            if policy == Policy.MIRROR and name in filled and name in known
        }

    def _name_columns(self, mapping: Sequence[Target | None]) -> list[int]:
        """Where a row says what it is about: the name as it is written, then how it is read."""
        title = self.resource.title_field
        spoken = (*READINGS, getattr(title, "reading_path", ""))
        ranks = dict.fromkeys((title.name, *PARTS), 0) | dict.fromkeys(spoken, 1)
        found = [(ranks[one.field], place) for place, one in enumerate(mapping) if one and one.field in ranks]
        return [place for _rank, place in sorted(found)]

    def draft(self, row: Row) -> Draft:
        """What a row says; mistakes are in `errors`."""
        draft = Draft(row=row, cells=row.cells)
        cells = self._fill_in(draft) if self._defaults else row.cells
        if self._currencies:
            cells = self._with_currencies(cells)
        draft.written = "".join([cells[place] for place in self._named])
        values = draft.values
        for place, name, understand in self._simple:
            raw = cells[place]
            if raw:
                try:
                    value = understand(raw)
                except Invalid as error:
                    draft.reject(name, error, place)
                    continue
                if value is not NOTHING:
                    values[name] = value
        for name, (places, understand, between) in self._joined.items():
            self._join(draft, name, between.join(filter(None, (cells[place].strip() for place in places))), understand)
        draft.country = self._country(values)
        for pointing in self._points:
            pointing.read(draft)
        if self._whole:
            self._read_names(draft)
        if self._related:
            self._read_related(draft)
        if self._remarks:
            self._read_remarks(draft)
        if self._mirrored:
            said = draft.values.keys() | draft.wanted.keys()
            draft.emptied = {name: empty for name, empty in self._mirrored.items() if name not in said}
        if self._id is not None and cells[self._id].strip():
            draft.record_id = self._record_id(draft, cells[self._id].strip())
        draft.keys += self._telling.keys(values)
        if draft.errors:
            self._hold_back(draft)
        return draft

    def _country(self, values: Mapping[str, Any]) -> str:
        """Where a row is from that says so in a field of its own; an address says it better."""
        found = values.get("country")
        return found if isinstance(found, str) and len(found) == _ISO_LENGTH else ""

    def _may_not_be_missing(self, known: Mapping[str, Field]) -> set[str]:
        """What a row is worth nothing without, or would do harm without: who said no is not to be written to."""
        title = self.resource.title_field
        named = {title.name, *(_NAME_FIELDS if isinstance(title, FullName) else ())}
        return {ID, OWNER, *self._offered, *named, *(name for name, one in known.items() if one.required)}

    def _hold_back(self, draft: Draft) -> None:
        """Values that cannot be understood stay behind where the rest tells whose they are: the row can be mended, and
        then finds its record again. Otherwise all of it is refused."""
        names = {path.partition(".")[0] for path in draft.errors}
        if names & self._vital or not draft.is_known:
            return
        draft.held, draft.errors = draft.errors, {}
        for name in names:
            draft.emptied.pop(name, None)
            if self.options.policies.get(name) in (Policy.OVERWRITE, Policy.MIRROR):
                draft.values.pop(name, None)  # what is left of a list may not replace all of it

    def _with_defaults(self, mapping: Sequence[Target | None]) -> list[Target | None]:
        """The targets of all columns, and behind them those that have a default and no column."""
        found = list(mapping)
        self._defaults: list[tuple[int, str, Target]] = []
        for written, value in self.options.defaults.items():
            target = Target.parse(written)
            if target not in found:
                found.append(target)
            self._defaults.append((found.index(target), value, target))
        self._further = len(found) - len(mapping)
        return found

    def _fill_in(self, draft: Draft) -> list[str]:
        """Defaults where a row says nothing."""
        cells = [*draft.row.cells, *[""] * self._further]
        for place, value, target in self._defaults:
            if not cells[place].strip():
                cells[place] = value
                if place not in self._currencies:
                    draft.defaulted.add(target.field)
                if isinstance(self.resource.fields.get(target.field), FullName):
                    draft.defaulted |= {*_NAME_FIELDS}
        draft.cells = cells
        return cells

    def _with_currencies(self, cells: Sequence[str]) -> list[str]:
        """The cells of a row, in which each amount says what it is in."""
        found = list(cells)
        for place, amount in self._currencies.items():
            if amount is not None:
                found[amount] = in_currency(cells[amount], cells[place])
        return found

    def _join(self, draft: Draft, name: str, typed: str, understand: Cell) -> None:
        """Several columns that are one text."""
        try:
            value = understand(typed)
        except Invalid as error:
            draft.errors |= error.under(name).errors
        else:
            if value is not NOTHING:
                draft.values[name] = value

    def _read_names(self, draft: Draft) -> None:
        """A whole name fills the parts that have no column of their own."""
        for place, split in self._whole:
            typed = bare(draft.cells[place].strip())
            made = [name for name, part in split(typed).items() if name not in draft.values]
            for name, part in split(typed).items():
                try:
                    draft.values.setdefault(name, self._parts[name](part))
                except Invalid as error:
                    draft.reject(name, error, place)
            if split is names.split:
                draft.whole = (typed, made)

    def _read_related(self, draft: Draft) -> None:
        for name, columns in self._related.items():
            title, parts = "", []
            for place, part in columns:
                typed = bare(draft.cells[place].strip())
                if part and typed:
                    parts.append((part, typed))
                elif typed:
                    title = typed
            if title or parts:
                draft.wanted[name] = Wanted(title, tuple(parts))

    def _read_remarks(self, draft: Draft) -> None:
        for place, name in self._remarks:
            try:
                if said_or_not(draft.cells[place]):
                    draft.remarks.add(name)
            except Invalid as error:
                draft.reject(name, error, place)

    def _record_id(self, draft: Draft, typed: str) -> int | None:
        """Of "book:3" or plain "3": what else the row says has to agree, so a number of another system does no harm."""
        typed = f"{self.resource.key}:{typed}" if typed.isdecimal() else typed
        try:
            ref = RecordRef.parse(typed)
        except ValueError:
            ref = None
        if ref is None or ref.resource != self.resource.key or ref.id > LARGEST:
            draft.errors[ID] = [_("This is not the ID of a record of this kind.")]
            return None
        if self._given is not None and (column := Target(self._given.name)) in self.mapping:
            written = draft.cells[self.mapping.index(column)].strip()
            draft.agreeing = [(self._given.name, key) for key in self._given.keys(written)]
        return ref.id


_ISO_LENGTH = 2
_NAME_FIELDS = (*PARTS, *READINGS)
