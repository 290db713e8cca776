"""Lines: rows of another resource that a record is made of, in an order of their own, edited where the record is shown.

    class Orders(Resource):
        lines = Lines("orderline.order", columns=("words", "quantity", "unit_price"), asks=("product", "quantity"))

The model of the lines has a whole number `position`; 0 is a line that nobody has put anywhere yet: it goes to the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Max

from kizuna.base.resources import registry
from kizuna.base.resources.fields import Field, Relation
from kizuna.base.resources.reader import Reader

if TYPE_CHECKING:
    from kizuna.base.resources.resource import Resource

POSITION = "position"
GAP = 1024
"""Between two lines is room for ten more in the middle before any other has to move."""


@dataclass(frozen=True)
class Total:
    """A figure beneath the lines, in words; the last sum is `strong`."""

    label: Any
    text: str
    is_strong: bool = False


@dataclass(frozen=True)
class Lines:
    """`of` is the resource of the lines and its relation to the record. `columns` are its fields as the table shows
    them, the first one the words of the line. `asks` are the controls of the row that adds one; what else a line needs,
    its resource fills in (`Resource.complete`). `totals` makes what stands beneath of the record and the reader. `when`
    says of a record whether its lines can still change; the room refuses where they cannot. `makes` are fields of the
    record that follow from them.
    """

    of: str
    columns: Sequence[str]
    asks: Sequence[str]
    totals: Callable[[Any, Reader], Sequence[Total]] | None = None
    when: Callable[[Any], bool] = bool
    makes: Sequence[str] = ()

    @property
    def key(self) -> str:
        return self.of.partition(".")[0]

    @property
    def resource(self) -> Resource:
        return registry.get(self.key)

    @property
    def field(self) -> Relation:
        """The relation of a line to the record that it belongs to."""
        found = self.resource.declared[self.of.partition(".")[2]]
        assert isinstance(found, Relation)
        return found


def mistakes_of(lines: Lines) -> Iterator[str]:
    """Everything wrong with a declaration, a sentence each."""
    key, _dot, relation = lines.of.partition(".")
    resource = next((one for one in registry.declared() if one.key == key), None)
    if resource is None or not isinstance(resource.declared.get(relation), Relation):
        yield f"lines are “{lines.of}”, which is no relation of a resource."
        return
    if POSITION not in resource.declared or not resource.declared[POSITION].editable:
        yield f"lines are of “{key}”, which has no field “{POSITION}” that says their order."
    for name in (*lines.columns, *lines.asks):
        if name not in resource.declared:
            yield f"lines name “{name}”, which is no field of “{key}”."
    for name in lines.asks:
        if name in resource.declared and not resource.declared[name].editable:
            yield f"lines ask for “{name}”, which cannot be edited."


def relation_of(resource: Resource) -> Relation | None:
    """The relation of records to what they are lines of; None for those that are no lines."""
    return next((one.lines.field for one in registry.declared() if one.lines and one.lines.key == resource.key), None)


def belongs_by(field: Field) -> bool:
    """Whether a field says to which record a line belongs: that stays, for what it adds up to is told there."""
    key, name = field.resource.key, field.name
    return any(one.lines is not None and one.lines.of == f"{key}.{name}" for one in registry.declared())


def place(record: Any, resource: Resource) -> None:
    """Put a new line behind the others of its record."""
    if getattr(record, POSITION, None) != 0:
        return
    if relation := relation_of(resource):
        column = relation.id_path
        siblings = resource.model._default_manager.filter(**{column: getattr(record, column)})
        last = siblings.aggregate(last=Max(POSITION))["last"]
        setattr(record, POSITION, (last or 0) + GAP)
