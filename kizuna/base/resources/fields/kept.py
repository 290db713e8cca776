"""Fields whose values are kept in a record's column of custom values (`types.custom_values`): the usual kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONArray
from django.utils.translation import gettext_lazy as _

from kizuna.base.conditions.schema import ConditionField
from kizuna.base.resources import editions
from kizuna.base.resources.fields.base import Cell, Field, invalid
from kizuna.base.resources.fields.lists import Choices
from kizuna.base.resources.fields.moments import Day, Moment
from kizuna.base.resources.fields.numbers import Flag, MoneyAmount, Number
from kizuna.base.resources.fields.phones import Phone
from kizuna.base.resources.fields.positions import MapPosition
from kizuna.base.resources.fields.relations import Related, Relation
from kizuna.base.resources.fields.text import Choice, Email, Link, LongText, Text
from kizuna.base.resources.models import having
from kizuna.base.types import custom_values, emails, places, text
from kizuna.base.types.errors import Invalid
from kizuna.base.types.money import Money
from kizuna.base.types.positions import EXACT, Position

LARGEST = Decimal(10) ** 12
"""Amounts are below it: SQLite compares numbers by fifteen digits."""


class Kept(Field):
    """`part` is what is sorted and compared by, `shown` what a list selects; both name `custom_values.PARTS`.

    `is_indexed` says that `part` gets an index; other kinds are found by keys, or by reading.
    """

    part: ClassVar[str] = "text"
    shown: ClassVar[str] = "text"
    is_indexed: ClassVar[bool] = True

    def __init__(self, name: str, label: Any, *, number: int, **options: Any) -> None:
        self.number, self.slot = number, f"f{number}"
        super().__init__(name, label, path=custom_values.path_of(self.part, number), **options)

    @property
    def paths(self) -> tuple[str, ...]:
        return (custom_values.path_of(self.shown, self.number),)

    @property
    def empty(self) -> Any:
        return ""

    @property
    def index_paths(self) -> tuple[str, ...]:
        """What its index begins with."""
        return (self.path,)

    def value(self, columns: Sequence[Any]) -> Any:
        return self.load(columns[0])

    def read(self, record: Any) -> Any:
        return self.load((record.custom or {}).get(self.slot))

    def assign(self, record: Any, value: Any) -> None:
        """The dictionary is made anew, so that what a record held before can be compared with what it holds."""
        kept = {slot: stored for slot, stored in (record.custom or {}).items() if slot != self.slot}
        record.custom = kept if self.is_empty(value) else kept | {self.slot: self.store(value)}

    def store(self, value: Any) -> Any:
        """The storage form of a value."""
        return self.to_json(value)

    def load(self, stored: Any) -> Any:
        return self.empty if stored is None else self.from_json(stored)


def kept_fields(resource: Any) -> list[Kept]:
    """The fields of a resource whose values are kept so."""
    return [field for field in resource.fields.values() if isinstance(field, Kept)]


def _prefilled(resource: Any) -> list[Kept]:
    """Those that have a default, found once: this is asked for every row of an import."""
    return editions.current().keep(
        ("prefilled", resource.key), lambda: [field for field in kept_fields(resource) if field.default is not None]
    )


def prefill(record: Any, resource: Any) -> None:
    """Give a new record the defaults of its kept fields; what is given comes after."""
    for field in _prefilled(resource):
        field.assign(record, field.default)


class _Sought(Kept):
    """Words, found through the index of keys: without regard to case, width, accents and kana."""

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, key=True, **options)

    def condition(self) -> ConditionField:
        def lookup(op: str, values: Sequence[Any]) -> Any:
            key, name = self.resource.key, self.name
            if not values:
                return having(key, name)
            folded = [text.fold(str(value))[:254] for value in values]
            if op in ("is", "any_of"):
                return having(key, name, folded)
            how = {"starts_with": "prefix", "ends_with": "suffix", "contains": "part"}[op]
            return having(key, name, **{how: folded[0]})

        return ConditionField(name=self.name, label=self.label, kind=self.kind, path=self.path, lookup=lookup)


class KeptText(_Sought, Text):
    pass


class KeptLink(_Sought, Link):
    pass


class KeptEmail(_Sought, Email):
    def tidy(self, raw: str) -> str:
        try:
            return emails.normalise(raw)
        except ValueError as error:
            raise invalid(str(error)) from error


class KeptPhone(Kept, Phone):
    shown = "json"
    is_indexed = False

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, sortable=False, **options)

    @property
    def empty(self) -> Any:
        return None


class KeptLongText(Kept, LongText):
    is_indexed = False


class KeptNumber(Kept, Number):
    """At most fifteen digits, exact: kept as text."""

    part = "number"

    @property
    def empty(self) -> Any:
        return None

    def store(self, value: Any) -> str:
        return f"{value:f}" if isinstance(value, Decimal) else str(value)

    def from_json(self, stored: Any) -> Any:
        return Decimal(stored) if self.places else int(Decimal(stored))


class KeptMoney(Kept, MoneyAmount):
    """`currency` is the one that a form begins with; "" leaves it to the person's language."""

    part = "amount"
    shown = "json"

    def __init__(self, name: str, label: Any, *, currency: str = "", **options: Any) -> None:
        super().__init__(name, label, **options)
        self.currency = currency

    @property
    def paths(self) -> tuple[str, ...]:
        return (custom_values.path_of(self.shown, self.number),)

    @property
    def amount_paths(self) -> tuple[str, str]:
        return (self.path, custom_values.path_of("currency", self.number))

    @property
    def empty(self) -> Any:
        return None

    def value(self, columns: Sequence[Any]) -> Money | None:
        return self.load(columns[0])

    def understand(self, raw: Any, reader: Any) -> Money | None:
        found = super().understand(raw, reader)
        if found is not None and not -LARGEST < found.amount < LARGEST:
            raise invalid(_("This number has too many digits."))
        return found


class KeptFlag(Kept, Flag):
    part = shown = "flag"

    @property
    def empty(self) -> bool:
        return False

    def load(self, stored: Any) -> bool:
        return bool(stored)


class KeptDay(Kept, Day):
    part = "day"

    @property
    def empty(self) -> Any:
        return None


class KeptMoment(Kept, Moment):
    part = "moment"

    @property
    def empty(self) -> Any:
        return None

    def store(self, value: Any) -> str:
        return custom_values.written_moment(value)


class KeptChoice(Kept, Choice):
    """`retired` are choices that are offered no more; values that have them stay valid. `tones` are colours."""

    def __init__(
        self,
        name: str,
        label: Any,
        *,
        retired: Sequence[tuple[Any, Any]] = (),
        tones: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(name, label, **options)
        self._labels |= dict(retired)
        self.tones = tones or {}

    def cell(self, value: Any, reader: Any) -> Cell:
        return (
            {**super().cell(value, reader), "tone": self.tones[value]}
            if value in self.tones
            else super().cell(value, reader)
        )

    def understand(self, raw: Any, reader: Any) -> Any:
        return raw if isinstance(raw, str) and raw in self._labels else super().understand(raw, reader)

    def condition(self) -> ConditionField:
        choices = tuple(self._labels.items())
        return ConditionField(name=self.name, label=self.label, kind=self.kind, path=self.path, choices=choices)


class KeptChoices(Kept, Choices):
    shown = "json"
    is_indexed = False

    @property
    def empty(self) -> Any:
        return []

    def load(self, stored: Any) -> list[str]:
        return list(stored or ())


class KeptPosition(Kept, MapPosition):
    """A place, also given by the name of a city. Two whole numbers as in a `PositionField`, which maps count with."""

    part = "lat"
    paths = MapPosition.paths
    value = MapPosition.value

    @property
    def index_paths(self) -> tuple[str, ...]:
        return (self.path, f"{self.path}_lon")

    @property
    def empty(self) -> Any:
        return None

    def understand(self, raw: Any, reader: Any) -> Position:
        if isinstance(raw, str) and any(letter.isalpha() for letter in raw):
            found = places.named(raw)
            if found is not None:
                return found
        try:
            return MapPosition.understand(self, raw, reader)
        except Invalid as problem:
            if not isinstance(raw, str):
                raise
            message = _("Give latitude and longitude, or a city and its country: Yokohama, Japan.")
            raise invalid(message) from problem

    def store(self, value: Position) -> dict[str, Any]:
        north, east = value.millionths
        told = {} if value.precision == EXACT else {"told": value.precision}
        return {"lat": north, "lon": east, **told}

    def load(self, stored: Any) -> Position | None:
        return Position.from_millionths(stored["lat"], stored["lon"], stored.get("told", EXACT)) if stored else None


class KeptRelation(Kept, Relation):
    """The id of a record; its title comes through a subquery that finds only what the reader may see."""

    part = shown = "id"

    @property
    def id_path(self) -> str:
        return self.path

    @property
    def empty(self) -> Any:
        return None

    @property
    def paths(self) -> tuple[str, ...]:
        return (self.path,)

    def annotations(self, actor: Any) -> Mapping[str, Any]:
        target = self.target
        title = target.visible_to(actor).filter(pk=OuterRef(self.path)).order_by()
        told = target.title_field.paths if target.is_named_to(actor) else ()
        return {f"title_{self.name}": Subquery(title.values_list(JSONArray(*told))[:1])}

    def value(self, columns: Sequence[Any]) -> Related | None:
        if columns[0] is None:
            return None
        found = columns[1]
        title = self.target.title_field.value(found) if found else None
        return Related(columns[0], title, is_visible=found is not None, is_named=bool(found))

    def read(self, record: Any) -> int | None:
        return (record.custom or {}).get(self.slot)

    def assign(self, record: Any, value: int | None) -> None:
        Kept.assign(self, record, value)

    def store(self, value: int) -> int:
        return value
