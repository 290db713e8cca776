"""How far a deal is with the checklist of its stage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kizuna.base.conditions.schema import ConditionField
from kizuna.base.resources import fields
from kizuna.base.resources.reader import Reader

NONE, OPEN, COMPLETE = "none", "open", "complete"
STATES = {COMPLETE: gettext_lazy("complete"), OPEN: gettext_lazy("not complete"), NONE: gettext_lazy("there is none")}
ROWS = {COMPLETE: Q(items__gt=0, open_items=0), OPEN: Q(open_items__gt=0), NONE: Q(items=0)}


def done_of(items: int, still_open: int) -> str:
    """3 of 5."""
    return _("%(done)s of %(items)s") % {"done": items - still_open, "items": items}


class Checklist(fields.Field):
    """Items and how many of them are open; asked for as complete or not."""

    kind = "choice"

    def __init__(self, name: str, label: Any) -> None:
        super().__init__(name, label, editable=False, sortable=False)

    @property
    def paths(self) -> tuple[str, ...]:
        return ("items", "open_items")

    def value(self, columns: Sequence[Any]) -> tuple[int, int]:
        return columns[0], columns[1]

    def read(self, record: Any) -> tuple[int, int]:
        return record.items, record.open_items

    def is_empty(self, value: Any) -> bool:
        return not value or not value[0]

    def json_schema(self) -> dict[str, Any]:
        return {
            "title": "Checklist",
            "type": "object",
            "properties": {"done": {"type": "integer"}, "items": {"type": "integer"}},
            "required": ["done", "items"],
        }

    def to_json(self, value: tuple[int, int]) -> dict[str, int]:
        return {"done": value[0] - value[1], "items": value[0]}

    def from_json(self, stored: dict[str, int]) -> tuple[int, int]:
        return stored["items"], stored["items"] - stored["done"]

    def to_text(self, value: tuple[int, int], reader: Reader) -> str:
        return "" if self.is_empty(value) else done_of(*value)

    def cell(self, value: tuple[int, int], reader: Reader) -> fields.Cell:
        if self.is_empty(value):
            return fields.EMPTY
        return {"kind": "choice", "text": self.to_text(value, reader), "tone": "" if value[1] else "good"}

    def condition(self) -> ConditionField:
        def lookup(op: str, values: Sequence[Any]) -> Q:
            found = Q(pk__in=[])
            for one in values or (OPEN, COMPLETE):
                found |= ROWS[one]
            return found

        return ConditionField(
            name=self.name, label=self.label, kind="choice", choices=tuple(STATES.items()), lookup=lookup
        )
