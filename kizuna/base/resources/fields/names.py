"""What a record is called: a person's name in parts, or one line with a reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from kizuna.base.conditions.schema import ConditionField
from kizuna.base.resources.fields.base import EMPTY, Cell, Field
from kizuna.base.resources.fields.text import Text
from kizuna.base.resources.reader import Reader
from kizuna.base.types import text
from kizuna.base.types.names import PersonName

PARTS = ("family_name", "given_name", "middle_name", "name_prefix", "name_suffix")
READINGS = ("family_reading", "given_reading")


def folded_condition(field: Field) -> ConditionField:
    """Questions about a name, answered on the column with all its folded forms (`types.names.folded`).

    The forms stand on lines of their own, so that "is" and "starts with" are substring questions too, and one
    trigram index serves them all.
    """

    def lookup(op: str, values: Sequence[Any]) -> Q:
        if op == "is_not_empty":
            return ~Q(folded_names="")
        around = {"is": "\n{}\n", "any_of": "\n{}\n", "contains": "{}", "starts_with": "\n{}", "ends_with": "{}\n"}[op]
        found = Q()
        for value in values:
            found |= Q(folded_names__contains=around.format(text.fold(str(value))))
        return found

    return ConditionField(name=field.name, label=field.label, kind="text", path="folded_names", lookup=lookup)


class FullName(Field):
    """A person's name, composed of its parts in the order of its culture; the parts are fields of their own."""

    kind = "text"

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, path="sort_key", editable=False, **options)

    @property
    def paths(self) -> tuple[str, ...]:
        return (*PARTS, *READINGS, "culture")

    def value(self, columns: Sequence[Any]) -> PersonName:
        family, given, middle, prefix, suffix, family_reading, given_reading, culture = columns
        return PersonName(
            family=family,
            given=given,
            middle=middle,
            prefix=prefix,
            suffix=suffix,
            family_reading=family_reading,
            given_reading=given_reading,
            culture=culture,
        )

    def read(self, record: Any) -> PersonName:
        return self.value([getattr(record, path) for path in self.paths])

    def to_json(self, value: PersonName) -> str:
        return value.display()

    def to_text(self, value: PersonName, reader: Reader) -> str:
        return value.display(reader.name_order)

    def cell(self, value: PersonName, reader: Reader) -> Cell:
        shown = value.display(reader.name_order)
        return {
            "kind": "name",
            "text": shown,
            "reading": value.reading,
            "lang": value.lang,
            "initials": value.initials,
        }

    def condition(self) -> ConditionField:
        return folded_condition(self)


class Title(Text):
    """A name of one line, with an optional reading beside it, sorted by the reading.

    Shown values are (name, reading); the value stored, and given, is the name.
    """

    is_noun = True

    def __init__(self, name: str, label: Any, *, reading_path: str = "", sort_path: str = "", **options: Any) -> None:
        super().__init__(name, label, **options)
        self.reading_path = reading_path
        self.is_folded = bool(sort_path)
        if sort_path:
            self.sort_path = sort_path

    @property
    def paths(self) -> tuple[str, ...]:
        return (self.path, self.reading_path) if self.reading_path else (self.path,)

    def value(self, columns: Sequence[Any]) -> tuple[str, str]:
        return (columns[0], columns[1] if len(columns) > 1 else "")

    def is_empty(self, value: Any) -> bool:
        return not self.to_json(value)

    def to_json(self, value: Any) -> str:
        return value[0] if isinstance(value, tuple) else value

    def to_text(self, value: Any, reader: Reader) -> str:
        return self.to_json(value) or ""

    def to_input(self, value: Any, reader: Reader) -> str:
        return self.to_json(value) or ""

    def cell(self, value: tuple[str, str], reader: Reader) -> Cell:
        shown, reading = value
        if not shown:
            return EMPTY
        script = text.script(shown)
        return {
            "kind": "name",
            "text": shown,
            "reading": reading if reading != shown else "",
            "lang": script if script in ("ja", "ko", "zh") else "",
            "initials": text.initials(shown),
        }

    def condition(self) -> ConditionField | None:
        return folded_condition(self) if self.is_folded else super().condition()
