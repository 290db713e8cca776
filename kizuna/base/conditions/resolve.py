"""From a tree of JSON to the typed tree of `nodes`: every name looked up, every value read, every limit kept."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from kizuna.base.conditions import aggregates, readings
from kizuna.base.conditions.errors import InvalidCondition, at, quoted
from kizuna.base.conditions.nodes import EVERYTHING, AllOf, AnyOf, Hop, Negation, Node
from kizuna.base.conditions.operators import OPPOSITES, Operator, operators_for
from kizuna.base.conditions.readings import Question
from kizuna.base.conditions.schema import ConditionField, ConditionRelated, Schema
from kizuna.base.conditions.values import Calendar

MAX_DEPTH = 10
MAX_NODES = 200
MAX_VALUES = 5_000
MAX_HOPS = 4

_LEAF = ("field", "op", "value")
_AGGREGATE = ("related", "where", "measure", "field", "op", "value")


def resolve(tree: Any, *, schema: Schema, viewer: Any, now: datetime | None = None) -> Node:
    """What a tree means for one viewer at one moment (`now`, else the present one).

    Raises InvalidCondition, and nothing else, whatever the tree is.
    """
    return Resolver(viewer, Calendar.of(viewer, now)).node(tree, schema, "", 1)


class Resolver:
    """One walk over one tree. It counts what it meets, so that no tree can be too much for a database."""

    def __init__(self, viewer: Any, calendar: Calendar) -> None:
        self.viewer = viewer
        self.calendar = calendar
        self._nodes = 0
        self._values = 0

    def node(self, tree: Any, schema: Schema, pointer: str, depth: int) -> Node:
        self._count(tree, pointer, depth)
        if not isinstance(tree, dict):
            raise InvalidCondition(pointer, _("A condition must be an object."))
        if not tree:
            return EVERYTHING
        if "related" in tree:
            return self._aggregate(tree, schema, pointer, depth)
        if "field" in tree:
            return self._leaf(tree, schema, pointer)
        if len(tree) != 1:
            raise _unlike_a_condition(tree, pointer)
        ((key, content),) = tree.items()
        inside = at(pointer, key)
        if key == "not":
            return Negation(self.node(content, schema, inside, depth + 1))
        if key not in ("all", "any"):
            raise _unlike_a_condition(tree, pointer)
        if not isinstance(content, list):
            raise InvalidCondition(inside, _("This needs a list of conditions."))
        parts = [self.node(each, schema, at(inside, index), depth + 1) for index, each in enumerate(content)]
        return AllOf(parts) if key == "all" else AnyOf(parts)

    def _count(self, tree: Any, pointer: str, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise InvalidCondition(
                pointer, _("The filter is nested too deeply: at most %(limit)d levels.") % {"limit": MAX_DEPTH}
            )
        self._spend(pointer, 1)

    def _spend(self, pointer: str, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            raise InvalidCondition(
                pointer, _("The filter is too large: at most %(limit)d conditions.") % {"limit": MAX_NODES}
            )

    def _leaf(self, tree: dict[str, Any], schema: Schema, pointer: str) -> Node:
        allowed_keys(tree, _LEAF, pointer)
        hops, end, field = self.field(tree["field"], schema, at(pointer, "field"))
        operator = choose_operator(tree, operators_for(field.kind, target=field.target), pointer)
        self._spend_values(operator, field, tree.get("value"), pointer)
        op = OPPOSITES.get(operator.name, operator.name)
        question = Question(end, field, op, tree.get("value"), pointer, self.viewer, self.calendar)
        found = _through(hops, readings.read(question))
        return Negation(found) if op != operator.name else found

    def _spend_values(self, operator: Operator, field: ConditionField, value: Any, pointer: str) -> None:
        if operator.arity != "many" or not isinstance(value, list):
            return
        self._values += len(value)
        if operator.name == "has_all" or (field.kind == "text" and field.lookup):
            self._spend(pointer, len(value))  # each value becomes a condition of its own
        if self._values > MAX_VALUES:
            limit = {"limit": MAX_VALUES}
            raise InvalidCondition(
                pointer, _("The filter holds too many values: at most %(limit)d in all its lists.") % limit
            )

    def _aggregate(self, tree: dict[str, Any], schema: Schema, pointer: str, depth: int) -> Node:
        allowed_keys(tree, _AGGREGATE, pointer)
        hops, end, related = self.related(tree["related"], schema, at(pointer, "related"))
        target = related.schema()
        where = self.node(tree.get("where", {}), target, at(pointer, "where"), depth + 1)
        place = aggregates.Place(end, related, target, where, pointer, self.viewer, self.calendar)
        measured, is_opposite = aggregates.read(tree, place, choose_operator)
        found = _through(hops, measured)
        if hops and aggregates.holds_of_none(measured):
            found = AnyOf([found, Negation(_through(hops, EVERYTHING))])
        return Negation(found) if is_opposite else found

    def field(self, name: Any, schema: Schema, pointer: str) -> tuple[list[Hop], Schema, ConditionField]:
        """The relations to walk (their parts still empty), where they end, and the field there."""
        hops, end, rest = _walk(name, schema, pointer, lambda here, name: here.field(name))
        found = end.field(rest)
        if found is None:
            raise InvalidCondition(pointer, unknown_field(name, rest, end))
        return hops, end, found

    def related(self, name: Any, schema: Schema, pointer: str) -> tuple[list[Hop], Schema, ConditionRelated]:
        """The same for related records: "company.tasks" are the tasks of the company."""
        hops, end, rest = _walk(name, schema, pointer, lambda here, name: here.related(name))
        found = end.related(rest)
        if found is None:
            words = {"name": quoted(name), "guess": guess(rest, [each.name for each in end.all_related()])}
            raise InvalidCondition(pointer, _("There are no related records “%(name)s”.%(guess)s") % words)
        return hops, end, found


def _walk(name: Any, schema: Schema, pointer: str, find: Any) -> tuple[list[Hop], Schema, str]:
    """Follow the relations of a dotted name, as far as the rest is not itself the name of something."""
    if not isinstance(name, str) or not name:
        raise InvalidCondition(pointer, _("This needs the name of a field."))
    hops: list[Hop] = []
    here, rest = schema, name
    while "." in rest and find(here, rest) is None:
        first, rest = rest.split(".", 1)
        relation = here.field(first)
        if relation is None:
            raise InvalidCondition(pointer, unknown_field(name, first, here))
        target = here.target(relation.target) if relation.kind == "relation" else None
        if target is None:
            raise InvalidCondition(
                pointer, _("“%(name)s” leads to no other record, so it has no fields.") % {"name": quoted(first)}
            )
        hops.append(Hop(here, relation, target, EVERYTHING))
        if len(hops) > MAX_HOPS:
            raise InvalidCondition(
                pointer, _("This name follows too many relations: at most %(limit)d.") % {"limit": MAX_HOPS}
            )
        here = target
    return hops, here, rest


def _through(hops: list[Hop], found: Node) -> Node:
    for hop in reversed(hops):
        found = Hop(hop.schema, hop.field, hop.target, found)
    return found


def choose_operator(tree: dict[str, Any], allowed: list[Operator], pointer: str) -> Operator:
    """The operator of a leaf or aggregate. Also raises when a value is missing, or given where none belongs."""
    name = tree.get("op")
    operator = next((each for each in allowed if each.name == name), None)
    if operator is None:
        names = [each.name for each in allowed]
        words = {"name": quoted(name), "operators": ", ".join(names), "guess": guess(name, names)}
        if name is None:
            raise InvalidCondition(pointer, _("This needs an operator, one of: %(operators)s.") % words)
        message = _("“%(name)s” is not an operator here.%(guess)s Operators are: %(operators)s.")
        raise InvalidCondition(at(pointer, "op"), message % words)
    is_given = tree.get("value") is not None
    if operator.arity == "none" and is_given:
        raise InvalidCondition(at(pointer, "value"), _("“%(op)s” takes no value.") % {"op": operator.name})
    if operator.arity != "none" and not is_given:
        raise InvalidCondition(pointer, _("“%(op)s” needs a value.") % {"op": operator.name})
    return operator


def allowed_keys(tree: dict[str, Any], allowed: Iterable[str], pointer: str) -> None:
    """Raise for a key that has no meaning."""
    for key in tree:
        if key not in allowed:
            words = {"key": quoted(key), "guess": guess(key, allowed)}
            raise InvalidCondition(at(pointer, key), _("“%(key)s” has no meaning here.%(guess)s") % words)


def unknown_field(whole: Any, part: str, schema: Schema) -> str:
    """The sentence about a name that no field has."""
    near = guess(part, [each.name for each in schema.fields()])
    return _("There is no field “%(name)s”.%(guess)s") % {"name": quoted(whole), "guess": near}


def guess(name: Any, known: Iterable[str]) -> str:
    """ " Did you mean …?" when a known name is close to the one given; otherwise nothing."""
    near = difflib.get_close_matches(quoted(name), list(known), n=1)
    return " " + _("Did you mean “%(name)s”?") % {"name": near[0]} if near else ""


def _unlike_a_condition(tree: dict[str, Any], pointer: str) -> InvalidCondition:
    message = _("This is not a condition. It needs one of “all”, “any”, “not”, “field” or “related”, not: %(keys)s.")
    return InvalidCondition(pointer, message % {"keys": quoted(", ".join(map(str, list(tree)[:5])))})
