"""What every field can do: name its columns, understand typed or JSON input, and show its value."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kizuna.base.conditions.schema import ConditionField
from kizuna.base.resources.reader import Reader
from kizuna.base.types import labels
from kizuna.base.types.errors import Invalid, fill

Cell = dict[str, Any]

EMPTY: Cell = {"kind": "empty", "text": ""}


class Field:
    """One attribute of a resource, the same for list, form, API, import, export, history and conditions.

    `paths` are the ORM columns that a list selects for it; `value` makes of one row's columns the value to show, `read`
    takes the stored value from a record in memory. `resource` is the one it belongs to (None for an action's argument).
    `kind` names its operators in conditions, `widget` its control in forms.
    """

    kind: ClassVar[str] = "text"
    widget: ClassVar[str] = "text"
    numeric: ClassVar[bool] = False
    is_costly: ClassVar[bool] = False
    """Whether the page of a record reads it only where a layout or the facts show it."""
    is_noun: ClassVar[bool] = True
    """Whether it is called by a noun: texts and numbers may be called anything ("at most", "came from", "Friday")."""

    def __init__(
        self,
        name: str,
        label: Any,
        *,
        path: str | None = None,
        required: bool = False,
        editable: bool = True,
        sortable: bool = True,
        help: Any = "",
        default: Any = None,
    ) -> None:
        self.name = name
        self.label = labels.label(label)
        self.path = path or name
        self.required = required
        self.editable = editable
        self.help = help
        self.default = default
        self.sort_path: str | None = self.path if sortable else None
        self.resource: Any = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    # ── storage ──

    @property
    def paths(self) -> tuple[str, ...]:
        return (self.path,)

    def annotations(self, actor: Any) -> Mapping[str, Any]:
        """Further expressions a list selects after `paths`, by alias; for what depends on the actor's rights."""
        return {}

    def value(self, columns: Sequence[Any]) -> Any:
        return columns[0]

    def values(self, lines: Sequence[Sequence[Any]]) -> list[Any]:
        """`value` for each row of a page; for what is asked of all rows at once."""
        return [self.value(line) for line in lines]

    def read(self, record: models.Model) -> Any:
        """The value on a record in memory."""
        return getattr(record, self.name)

    @cached_property
    def reader(self) -> Callable[[Any], Any]:
        """`read` for those who read many records: without a call of its own where it is the record's attribute."""
        return attrgetter(self.name) if type(self).read is Field.read else self.read

    def assign(self, record: models.Model, value: Any) -> None:
        setattr(record, self.name, value)

    @property
    def reads(self) -> tuple[str, ...]:
        """Other fields that this one tells of: of the record, or ("order.ordered_at") of another kind."""
        return ()

    def why_empty(self, record: models.Model) -> Any:
        """Why a field that is computed has no value on a record in memory; "" where nobody has to be told."""
        return ""

    def why_fixed(self, record: models.Model) -> Any:
        """Why the value of a record in memory follows from something else and cannot be given; "" where it can."""
        return ""

    def asked_of(self, record: models.Model) -> Field:
        """The field as it is asked for of a record in memory: it may offer less than of others."""
        return self

    @property
    def empty(self) -> Any:
        """What is stored when nothing is given."""
        return ""

    @property
    def nothing(self) -> str:
        """What is said where a value is missing: "No stage", "Not given"."""
        return gettext("No %(field)s") % {"field": str(self.label).lower()} if self.is_noun else gettext("Not given")

    # ── input ──

    def parse(self, raw: Any, reader: Reader) -> Any:
        """The value of JSON, form or CSV input. Raises Invalid with messages under "" or a path beneath the field."""
        if raw is None or raw == "":
            if self.required:
                raise Invalid({"": [_("This is needed.")]})
            return self.empty
        return self.understand(raw, reader)

    def parse_again(self, raw: Any, reader: Reader, stored: Any) -> Any:
        """`parse` for input that takes the place of a stored value."""
        return self.parse(raw, reader)

    def understand(self, raw: Any, reader: Reader) -> Any:
        """`parse` for input that is there."""
        raise Invalid({"": [_("This cannot be set.")]})

    def from_form(self, data: Any, prefix: str = "") -> Any:
        """The raw input in a submitted form (a QueryDict); None when the form has no such control."""
        return data.get(prefix + self.name)

    # ── output ──

    def is_empty(self, value: Any) -> bool:
        return value is None or value == "" or value == []

    def to_json(self, value: Any) -> Any:
        return value

    def from_json(self, stored: Any) -> Any:
        """The value of what `to_json` made, as history keeps it."""
        return stored

    def json_schema(self) -> dict[str, Any]:
        """What `to_json` makes, as JSON Schema. A part with a title is a shape with a name of its own in the API."""
        return {"type": "string"}

    def input_schema(self) -> dict[str, Any]:
        """What `parse` takes, as JSON Schema: usually the same, with null for nothing where nothing may be given."""
        schema = self.json_schema()
        return schema if self.required else nullable(schema)

    def to_text(self, value: Any, reader: Reader) -> str:
        """The value in words: for export, history and search."""
        return "" if self.is_empty(value) else str(value)

    def cell(self, value: Any, reader: Reader) -> Cell:
        """What the list and record templates need to draw the value; `kind` selects the markup."""
        return EMPTY if self.is_empty(value) else {"kind": "text", "text": self.to_text(value, reader)}

    def to_input(self, value: Any, reader: Reader) -> Any:
        """What the form control shows for the value."""
        return "" if self.is_empty(value) else self.to_json(value)

    def keys(self, value: Any) -> set[str]:
        """Keys under which the record is to be found (see `resources.models.Key`)."""
        return set()

    # ── conditions ──

    def condition(self) -> ConditionField | None:
        return ConditionField(name=self.name, label=self.label, kind=self.kind, path=self.path)


def nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """A JSON Schema that takes null too."""
    kinds = schema.get("anyOf", [schema])
    return schema if {"type": "null"} in kinds else {"anyOf": [*kinds, {"type": "null"}]}


def closed(schema: dict[str, Any]) -> dict[str, Any]:
    """A JSON Schema of an object that takes no further parts: what `check_parts` refuses."""
    return schema | {"additionalProperties": False}


def check_parts(given: Mapping[str, Any], known: Collection[str]) -> None:
    """Raises Invalid for each part that there is not: left out without a word, it would look stored."""
    strange = [name for name in given if name not in known]
    if strange:
        raise Invalid({name: [fill(_("There is no “%(name)s”."), {"name": name[:60]})] for name in strange})


def invalid(message: Any) -> Invalid:
    return Invalid({"": [message]})
