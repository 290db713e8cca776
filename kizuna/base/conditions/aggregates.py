"""Reading what a condition asks of related records as a whole: how many, how much, since when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kizuna.base.conditions import readings, values
from kizuna.base.conditions.errors import InvalidCondition, at, quoted
from kizuna.base.conditions.nodes import NOTHING, Constant, Count, Extreme, Node, Present, Total, Within
from kizuna.base.conditions.operators import MEASURES, OPPOSITES, Measure, Operator, operators_of_measure
from kizuna.base.conditions.schema import ConditionField, ConditionRelated, Schema
from kizuna.base.conditions.values import Calendar

MAX_COUNT = 1_000_000_000
AT_LEAST_ONE = {"op": "gte", "value": 1}
"""What is meant when an aggregate says neither operator nor value: that there are any such records."""

Choose = Callable[[dict[str, Any], list[Operator], str], Operator]


@dataclass(frozen=True)
class Place:
    """Where an aggregate stands, and which related records it is about."""

    schema: Schema
    related: ConditionRelated
    target: Schema
    where: Node
    pointer: str
    viewer: Any
    calendar: Calendar


def read(tree: dict[str, Any], place: Place, choose: Choose) -> tuple[Node, bool]:
    """The node of an aggregate, and whether its opposite is meant."""
    measure = _measure(tree, place.pointer)
    if measure.name == "count":
        return _count(tree, place, choose)
    field = _measured_field(tree, measure, place)
    operator = choose(tree, operators_of_measure(measure.name, field.kind), place.pointer)
    op = OPPOSITES.get(operator.name, operator.name)
    test: Any = Present()
    if op != "is_not_empty":
        question = readings.Question(
            place.target, field, op, tree.get("value"), place.pointer, place.viewer, place.calendar
        )
        test = readings.compared(question)
    return _measured(measure, field, test, place), op != operator.name


def _measured(measure: Measure, field: ConditionField, test: Within | Present | bool, place: Place) -> Node:
    if isinstance(test, bool):
        return Constant(test)
    about = (place.schema, place.related, place.where, field)
    if measure.name in ("sum", "average"):
        return Total(*about, measure.name == "average", test)
    return Extreme(*about, measure.name in ("max", "latest"), test)


def _measure(tree: dict[str, Any], pointer: str) -> Measure:
    name = tree.get("measure", "count")
    found = next((each for each in MEASURES if each.name == name), None)
    if found is None:
        words = {"name": quoted(name), "measures": ", ".join(each.name for each in MEASURES)}
        raise InvalidCondition(
            at(pointer, "measure"), _("“%(name)s” is not a measure. Measures are: %(measures)s.") % words
        )
    return found


def _measured_field(tree: dict[str, Any], measure: Measure, place: Place) -> ConditionField:
    name = tree.get("field")
    fitting = [each for each in place.target.fields() if each.kind in measure.kinds]
    found = next((each for each in fitting if each.name == name), None)
    if found is None:
        words = {"measure": measure.name, "fields": ", ".join(each.name for each in fitting[:10]) or "–"}
        message = _("“%(measure)s” needs a field of the related records that it can be taken of: %(fields)s.")
        raise InvalidCondition(at(place.pointer, "field") if name is not None else place.pointer, message % words)
    return found


def _count(tree: dict[str, Any], place: Place, choose: Choose) -> tuple[Node, bool]:
    if tree.get("field") is not None:
        raise InvalidCondition(at(place.pointer, "field"), _("“count” counts records, so it takes no field."))
    if tree.get("op") is None and tree.get("value") is None:
        tree = {**tree, **AT_LEAST_ONE}
    operator = choose(tree, operators_of_measure("count"), place.pointer)
    op = OPPOSITES.get(operator.name, operator.name)
    lower, upper, with_lower, with_upper = readings.amount_range(
        op,
        tree["value"],
        at(place.pointer, "value"),
        lambda value, pointer: values.read_whole(value, pointer, 0, MAX_COUNT),
    )
    lower = None if lower is None else lower + (not with_lower)
    upper = None if upper is None else upper - (not with_upper)
    if upper is not None and upper < 0:
        return NOTHING, op != operator.name
    return Count(place.schema, place.related, place.where, lower, upper), op != operator.name


def holds_of_none(node: Node) -> bool:
    """Whether an aggregate is true of no records at all: their number and their sum are zero."""
    if isinstance(node, Count):
        return not node.lower
    if not isinstance(node, Total) or node.average or not isinstance(node.test, Within):
        return False
    test = node.test
    above = test.lower is None or test.lower < 0 or (test.lower == 0 and test.with_lower)
    below = test.upper is None or test.upper > 0 or (test.upper == 0 and test.with_upper)
    return above and below
