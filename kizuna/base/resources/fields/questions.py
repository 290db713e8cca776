"""A condition as a value: which records of a kind a rule is about."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base import conditions
from kizuna.base.resources import registry
from kizuna.base.resources.fields.base import EMPTY, Cell, Field
from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Missing


@dataclass(frozen=True)
class Question:
    """A condition tree, and the key of the kind of record that it is asked of; {} is what everything meets."""

    about: str
    tree: Any

    def words(self, viewer: Any) -> list[str]:
        """What is asked, part by part, for one reader."""
        return [chip.text for chip in conditions.describe(self.tree, _schema(self.about, viewer), viewer)]


def _schema(about: str, viewer: Any) -> Any:
    from kizuna.base.resources.schema import ResourceSchema  # above fields: it is made of them

    return ResourceSchema(registry.get(about), viewer)


def check(about: str, tree: Any, viewer: Any) -> None:
    """Raise Invalid if the tree is no condition on this kind of record."""
    conditions.resolve(tree, schema=_schema(about, viewer), viewer=viewer)


class Condition(Field):
    """Built with the filter builder. It is about one kind of record (`about`), or about the kind whose key stands in
    another column of the record (`about_in`), which is checked as a whole when both are there."""

    widget = "condition"
    is_noun = False

    def __init__(self, name: str, label: Any, *, about: str = "", about_in: str = "", **options: Any) -> None:
        super().__init__(name, label, sortable=False, **options)
        self.about, self.about_in = about, about_in

    @property
    def paths(self) -> tuple[str, ...]:
        return (self.path, *([self.about_in] if self.about_in else []))

    def value(self, columns: Sequence[Any]) -> Question:
        return Question(columns[1] if self.about_in else self.about, columns[0] or {})

    def read(self, record: Any) -> Question:
        return Question(self._about(record), getattr(record, self.name) or {})

    def _about(self, record: Any) -> str:
        if not self.about_in:
            return self.about
        *steps, column = self.about_in.split("__")
        for step in steps:
            record = getattr(record, step) if getattr(record, f"{step}_id") else None
        return getattr(record, column, "")

    def assign(self, record: Any, value: Any) -> None:
        setattr(record, self.name, value.tree)

    @property
    def empty(self) -> Question:
        return Question(self.about, {})

    def understand(self, raw: Any, reader: Reader) -> Question:
        if isinstance(raw, Question):
            return raw
        tree = conditions.parse(raw if isinstance(raw, str) else json.dumps(raw))
        if self.about:
            check(self.about, tree, reader.actor)
        return Question(self.about, tree)

    def is_empty(self, value: Question | None) -> bool:
        return value is None or not value.tree

    def to_json(self, value: Question | None) -> Any:
        return value.tree if value else {}

    def from_json(self, stored: Any) -> Question:
        return Question(self.about, stored or {})

    def json_schema(self) -> dict[str, Any]:
        return {"type": "object", "description": "As in filter= of lists; {} for everything."}

    def to_text(self, value: Question | None, reader: Reader) -> str:
        if self.is_empty(value):
            return str(_("Everything"))
        assert value is not None
        try:
            return "; ".join(value.words(reader.actor)) if value.about else conditions.dump(value.tree)
        except Missing:
            return conditions.dump(value.tree)

    def cell(self, value: Question | None, reader: Reader) -> Cell:
        return EMPTY if self.is_empty(value) else {"kind": "text", "text": self.to_text(value, reader)}

    def to_input(self, value: Question | None, reader: Reader) -> str:
        return conditions.dump(value.tree) if value else ""

    def condition(self) -> None:
        return None
