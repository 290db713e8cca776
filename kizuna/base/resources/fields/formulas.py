"""Formula fields: computed from other fields of the record, never stored. Each type is the usual kind of field."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from kizuna.base.resources import editions
from kizuna.base.resources.fields.base import Field
from kizuna.base.resources.fields.kept import Kept, KeptMoney
from kizuna.base.resources.fields.moments import Day, Moment
from kizuna.base.resources.fields.names import Title
from kizuna.base.resources.fields.numbers import Flag, MoneyAmount, Number
from kizuna.base.resources.fields.text import Choice, Text
from kizuna.base.types import custom_values
from kizuna.base.types.formulas import columns, computing
from kizuna.base.types.formulas.columns import Formula, Source
from kizuna.base.types.formulas.computing import Nothing, Now
from kizuna.base.types.formulas.nodes import Type
from kizuna.base.types.money import Money


class Figured(Field):
    """`part` is what is sorted and compared by, `shown` what a list selects, both of `formulas.columns`.

    `reads` are the fields whose values it shows in another form, other formulas among them (`through`): who may not see
    one of them does not see it either.
    """

    part: ClassVar[str] = "of_text"
    shown: ClassVar[str] = "of_text"
    is_key = False

    @property
    def is_indexed(self) -> bool:
        return self.formula.can_have_index

    def __init__(
        self, name: str, label: Any, *, number: int, formula: Formula, through: tuple[str, ...] = (), **options: Any
    ) -> None:
        self.number, self.formula, self._through = number, formula, through
        super().__init__(
            name, label, path=custom_values.path_of(self.part, number), editable=False, required=False, **options
        )

    @property
    def index_paths(self) -> tuple[str, ...]:
        return (self.path,)

    @property
    def reads(self) -> tuple[str, ...]:
        return (*self.formula.sources, *self._through)

    @property
    def paths(self) -> tuple[str, ...]:
        return (custom_values.path_of(self.shown, self.number),)

    @property
    def empty(self) -> Any:
        return None

    def load(self, stored: Any) -> Any:
        return self.empty if stored is None else self.from_json(stored)

    def value(self, columns: Any) -> Any:
        return self.load(columns[0])

    def read(self, record: Any) -> Any:
        try:
            return self._answer(record)
        except Nothing:
            return self.empty

    def why_empty(self, record: Any) -> Any:
        try:
            self._answer(record)
        except Nothing as nothing:
            return nothing.reason
        return ""

    def _answer(self, record: Any) -> Any:
        fields = self.resource.fields
        values = {name: value_for(fields[name].read(record)) for name in self.formula.sources}
        return computing.answering(self.formula.tree, self.formula.places)(values, Now.here())


class FiguredNumber(Figured, Number):
    part = "of_number"

    def read(self, record: Any) -> Any:
        found = super().read(record)
        return found if found is None or self.places else int(found)

    def from_json(self, stored: Any) -> Any:
        return Decimal(stored) if self.places else int(Decimal(stored))


class FiguredMoney(Figured, MoneyAmount):
    part, shown = "of_amount", "of_json"

    @property
    def amount_paths(self) -> tuple[str, str]:
        return (self.path, custom_values.path_of("of_currency", self.number))


class FiguredDay(Figured, Day):
    part = "of_day"


class FiguredText(Figured, Text):
    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, **options)
        self.is_key = False

    @property
    def empty(self) -> Any:
        return ""


class FiguredFlag(Figured, Flag):
    part = shown = "of_flag"

    @property
    def empty(self) -> bool:
        return False

    def load(self, stored: Any) -> bool:
        return bool(stored)


FIGURED: dict[str, type[Figured]] = {
    Type.NUMBER: FiguredNumber,
    Type.MONEY: FiguredMoney,
    Type.DATE: FiguredDay,
    Type.TEXT: FiguredText,
    Type.BOOLEAN: FiguredFlag,
}


def value_for(value: Any) -> Any:
    """A field's value as formulas take it."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, Money):
        return (value.amount, value.currency)
    return value


# Fields that a formula can read -------------------------------------------------------------------------------------

LONGEST_VALUE = 40
"""Letters of a number, a day or the code of a choice."""
_TYPES: tuple[tuple[type[Field], Type], ...] = (
    (Number, Type.NUMBER),
    (MoneyAmount, Type.MONEY),
    (Flag, Type.BOOLEAN),
    (Day, Type.DATE),
    (Moment, Type.MOMENT),
    (Choice, Type.TEXT),
    (Title, Type.TEXT),
    (Text, Type.TEXT),
)


def source_of(field: Field) -> Source | None:
    """Where a formula finds a field's value in the row; None for kinds that it cannot read. Of a choice it reads the
    code, whatever the language of the label."""
    found = next((type_ for kind, type_ in _TYPES if isinstance(field, kind)), None)
    if found is None or (
        isinstance(field, Choice) and not all(isinstance(code, str) for code, _label in field.choices)
    ):
        return None
    if not isinstance(field, Kept):
        paths = field.paths if found == Type.MONEY else (field.path,)
        is_plain = not isinstance(field, Figured) and all("__" not in path for path in paths)
        return Source(found, paths, _longest(field)) if is_plain and _is_column(field, paths) else None
    if isinstance(field, KeptMoney):
        return Source(found, field.amount_paths)
    part = "flag" if found == Type.BOOLEAN else "text"  # as it is kept: exact
    return Source(found, (custom_values.path_of(part, field.number),), _longest(field))


def _longest(field: Field) -> int:
    """How many letters a value has at most, as a formula reads it."""
    return field.max_length if isinstance(field, Text) else LONGEST_VALUE


def _is_column(field: Field, paths: tuple[str, ...]) -> bool:
    names = {column.name for column in field.resource.model._meta.concrete_fields}
    return names.issuperset(paths)


def sources_of(fields: Mapping[str, Field]) -> dict[str, Source]:
    found = {name: source_of(field) for name, field in fields.items()}
    return {name: source for name, source in found.items() if source is not None}


def _formula(number: int) -> Formula:
    """Among all formulas of the current edition."""
    return editions.current().keep("formulas", _formulas)[number]


def _formulas() -> dict[int, Formula]:
    everything = editions.current().all_fields()
    return {field.number: field.formula for field in everything if isinstance(field, Figured)}


columns.provide(_formula)
