"""A condition once it is understood: names looked up, values read, "last 30 days" turned into days.

This small typed tree is what a compiler works from (`orm` makes Django queries of it). Every node is either true or
false for a row, never unknown: a test is false for an empty value, and negation is always a `Negation` around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Literal

from kizuna.base.conditions.schema import ConditionField, ConditionRelated, Schema
from kizuna.base.types.positions import Circle


@dataclass(frozen=True)
class Present:
    """There is a value (for text and choices: one that is not "")."""


@dataclass(frozen=True)
class OneOf:
    """The value is one of these. Of relations, `known` rows are the viewer's own: they need not be visible."""

    values: Sequence[Any]
    known: bool = False


@dataclass(frozen=True)
class SameText:
    """The text is one of these, letter case and the like aside."""

    texts: Sequence[str]


@dataclass(frozen=True)
class Like:
    """The text has this part, letter case and the like aside."""

    where: Literal["contains", "starts_with", "ends_with"]
    text: str


@dataclass(frozen=True)
class Within:
    """The value lies between two ends; None is no end. For money it also has the currency."""

    lower: Any = None
    upper: Any = None
    with_lower: bool = True
    with_upper: bool = True
    currency: str = ""


@dataclass(frozen=True)
class MonthDays:
    """Month and day lie in one of these spans, both ends included; of a moment, as the calendar shows it in `zone`."""

    spans: Sequence[tuple[tuple[int, int], tuple[int, int]]]
    zone: tzinfo


@dataclass(frozen=True)
class Near:
    """The position lies in the circle."""

    circle: Circle


@dataclass(frozen=True)
class Looked:
    """What the field's own lookup answers; `pointer` is where its complaints belong."""

    op: str
    values: Sequence[Any]
    pointer: str


Test = Present | OneOf | SameText | Like | Within | MonthDays | Near | Looked


@dataclass(frozen=True)
class Constant:
    holds: bool


@dataclass(frozen=True)
class AllOf:
    parts: Sequence[Node]


@dataclass(frozen=True)
class AnyOf:
    parts: Sequence[Node]


@dataclass(frozen=True)
class Negation:
    part: Node


@dataclass(frozen=True)
class Leaf:
    """The field passes the test."""

    schema: Schema
    field: ConditionField
    test: Test


@dataclass(frozen=True)
class Hop:
    """The relation leads to a row that the viewer may see and that satisfies `part`."""

    schema: Schema
    field: ConditionField
    target: Schema
    part: Node


@dataclass(frozen=True)
class Count:
    """So many visible related rows satisfy `where`. Ends are whole numbers and included."""

    schema: Schema
    related: ConditionRelated
    where: Node
    lower: int | None
    upper: int | None


@dataclass(frozen=True)
class Extreme:
    """The greatest (else the least) value of `field` among the visible related rows passes the test."""

    schema: Schema
    related: ConditionRelated
    where: Node
    field: ConditionField
    greatest: bool
    test: Within | Present


@dataclass(frozen=True)
class Total:
    """The sum (of none: zero) or average (of none: empty) of `field` over the visible related rows passes the test.

    Of money only the rows in the test's currency take part.
    """

    schema: Schema
    related: ConditionRelated
    where: Node
    field: ConditionField
    average: bool
    test: Within | Present


Node = Constant | AllOf | AnyOf | Negation | Leaf | Hop | Count | Extreme | Total

EVERYTHING = Constant(True)
NOTHING = Constant(False)
