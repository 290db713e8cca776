"""The operators of each kind of field, in the order a person is offered them. Screens and API docs read this table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Arity = Literal["none", "one", "two", "many"]


@dataclass(frozen=True)
class Operator:
    """One way to ask about a field.

    Attributes:
        name: As written in trees.
        label: As said on a chip between field and value.
        arity: How many values it takes; "two" and "many" take a list.
        input: What a person fills in: none, text, number, money, date, moment, period, days (a number of "days ago"),
            choice, record, tag or circle. Where it is date or moment, the name of a period is taken too.
    """

    name: str
    label: Any
    arity: Arity
    input: str


def _op(name: str, label: Any, arity: Arity = "one", takes: str = "none") -> Operator:
    return Operator(name, label, arity, takes)


_EMPTY = (_op("is_empty", _("is empty"), "none"), _op("is_not_empty", _("is not empty"), "none"))


def _one_of(takes: str) -> tuple[Operator, ...]:
    return (
        _op("is", _("is"), "one", takes),
        _op("is_not", _("is not"), "one", takes),
        _op("any_of", _("is any of"), "many", takes),
        _op("none_of", _("is none of"), "many", takes),
    )


def _amounts(takes: str) -> tuple[Operator, ...]:
    return (
        _op("eq", _("is"), "one", takes),
        _op("ne", _("is not"), "one", takes),
        _op("gte", _("is at least"), "one", takes),
        _op("lte", _("is at most"), "one", takes),
        _op("gt", _("is more than"), "one", takes),
        _op("lt", _("is less than"), "one", takes),
        _op("between", _("is between"), "two", takes),
    )


def _days(takes: str) -> tuple[Operator, ...]:
    return (
        _op("in_period", pgettext_lazy("period", "is in"), "one", "period"),
        _op("not_in_period", pgettext_lazy("period", "is not in"), "one", "period"),
        _op("on", pgettext_lazy("day", "is on"), "one", "date"),
        _op("before", _("is before"), "one", takes),
        _op("after", _("is after"), "one", takes),
        _op("on_or_before", _("is on or before"), "one", takes),
        _op("on_or_after", _("is on or after"), "one", takes),
        _op("between", _("is between"), "two", takes),
        _op("more_than_days_ago", pgettext_lazy("days ago", "is more than"), "one", "days"),
        _op("less_than_days_ago", pgettext_lazy("days ago", "is less than"), "one", "days"),
    )


_ANNIVERSARY = _op("anniversary_in_period", _("has its anniversary in"), "one", "period")
_PERSONAL = (_op("is_me", _("is me"), "none"), _op("is_my_team", _("is in my team"), "none"))

OPERATORS: dict[str, tuple[Operator, ...]] = {
    "text": (
        _op("contains", _("contains"), "one", "text"),
        _op("not_contains", _("does not contain"), "one", "text"),
        *_one_of("text"),
        _op("starts_with", _("starts with"), "one", "text"),
        _op("ends_with", _("ends with"), "one", "text"),
        *_EMPTY,
    ),
    "number": (*_amounts("number"), *_EMPTY),
    "money": (*_amounts("money"), *_EMPTY),
    "date": (*_days("date"), _ANNIVERSARY, *_EMPTY),
    "moment": (*_days("moment"), _ANNIVERSARY, *_EMPTY),
    "choice": (*_one_of("choice"), *_EMPTY),
    "relation": (*_one_of("record"), *_PERSONAL, *_EMPTY),
    "boolean": (_op("is_true", _("is yes"), "none"), _op("is_false", _("is no"), "none")),
    "tags": (
        _op("has_any", _("has any of"), "many", "tag"),
        _op("has_all", _("has all of"), "many", "tag"),
        _op("has_none", _("has none of"), "many", "tag"),
        *_EMPTY,
    ),
    "points": (
        _op("is", _("is"), "one", "text"),
        _op("contains", _("contains"), "one", "text"),
        _op("starts_with", _("starts with"), "one", "text"),
        *_EMPTY,
    ),
    "position": (
        _op("within", pgettext_lazy("circle on a map", "is within"), "one", "circle"),
        _op("not_within", pgettext_lazy("circle on a map", "is not within"), "one", "circle"),
        *_EMPTY,
    ),
}

OPPOSITES = {
    "is_not": "is",
    "none_of": "any_of",
    "not_contains": "contains",
    "ne": "eq",
    "not_in_period": "in_period",
    "has_none": "has_any",
    "not_within": "within",
    "is_empty": "is_not_empty",
    "is_false": "is_true",
}
"""Operators that hold exactly where another one does not, so that they hold for empty values too."""


@dataclass(frozen=True)
class Measure:
    """What is asked of related records as a whole. `kinds` are those of the fields it works on; empty for none."""

    name: str
    label: Any
    kinds: tuple[str, ...]


MEASURES: tuple[Measure, ...] = (
    Measure("count", pgettext_lazy("measure", "Number"), ()),
    Measure("sum", pgettext_lazy("measure", "Sum"), ("number", "money")),
    Measure("average", pgettext_lazy("measure", "Average"), ("number", "money")),
    Measure("max", pgettext_lazy("measure", "Greatest"), ("number", "money")),
    Measure("min", pgettext_lazy("measure", "Least"), ("number", "money")),
    Measure("latest", pgettext_lazy("measure", "Latest"), ("date", "moment")),
    Measure("earliest", pgettext_lazy("measure", "Earliest"), ("date", "moment")),
)


def operators_for(kind: str, *, target: str | None = None) -> list[Operator]:
    """The operators of a kind of field. With the `target` of a relation, only those that suit it ("is me": users)."""
    found = list(OPERATORS[kind])
    if kind == "relation" and target is not None:
        personal = {"user": {"is_me", "is_my_team"}, "team": {"is_my_team"}}.get(target, set())
        found = [each for each in found if each not in _PERSONAL or each.name in personal]
    return found


def operators_of_measure(measure: str, kind: str | None = None) -> list[Operator]:
    """The operators that compare a measure with a value; `kind` is that of the measured field."""
    if measure == "count":
        return list(_amounts("number"))
    assert kind is not None
    found: Sequence[Operator] = OPERATORS[kind]
    left_out = {"sum": {"is_empty", "is_not_empty"}}.get(measure, set()) | {"anniversary_in_period"}
    return [each for each in found if each.name not in left_out]


def measures_for(kind: str) -> list[Measure]:
    """The measures that work on a field of this kind."""
    return [each for each in MEASURES if kind in each.kinds]
