"""What is said to somebody whose condition cannot be understood: where it is wrong, and what to do."""

import json

import pytest

from kizuna.base import conditions
from kizuna.base.conditions.tests.world import PEOPLE, someone
from kizuna.base.types.errors import Invalid


def refusal(tree):
    with pytest.raises(conditions.InvalidCondition) as refused:
        conditions.compile(tree, schema=PEOPLE, viewer=someone())
    return refused.value


def leaf(field, op, value=None):
    return {"field": field, "op": op} if value is None else {"field": field, "op": op, "value": value}


STRUCTURE = [
    ([], "", "must be an object"),
    ("name", "", "must be an object"),
    ({"all": {}}, "/all", "a list of conditions"),
    ({"all": [{}, 3]}, "/all/1", "must be an object"),
    ({"not": [{}]}, "/not", "must be an object"),
    ({"and": []}, "", "“all”, “any”, “not”, “field” or “related”, not: and"),
    ({"all": [], "any": []}, "", "not a condition"),
    (
        {"field": "name", "op": "is", "value": "x", "valeu": 1},
        "/valeu",
        "“valeu” has no meaning here. Did you mean “value”?",
    ),
    ({"field": "name", "a/b~c": 1}, "/a~1b~0c", "no meaning"),
]
NAMES = [
    (leaf("nmae", "is", "x"), "/field", "There is no field “nmae”. Did you mean “name”?"),
    (leaf("zzz", "is", "x"), "/field", "There is no field “zzz”."),
    (leaf(None, "is", "x"), "/field", "the name of a field"),
    (leaf(["name"], "is", "x"), "/field", "the name of a field"),
    (leaf("company.nam", "is", "x"), "/field", "“company.nam”. Did you mean “name”?"),
    (leaf("name.first", "is", "x"), "/field", "“name” leads to no other record"),
    (leaf("owner.name", "is", "x"), "/field", "“owner” leads to no other record"),
    (leaf(".".join(["company", *["parent"] * 4, "name"]), "is", "x"), "/field", "too many relations: at most 4"),
    ({"related": "taks"}, "/related", "no related records “taks”. Did you mean “tasks”?"),
    ({"related": "company.taks"}, "/related", "“company.taks”."),
    ({"related": 4}, "/related", "the name of a field"),
    ({"related": "tasks", "where": leaf("nope", "is", 1)}, "/where/field", "There is no field “nope”."),
]
OPERATORS = [
    (leaf("age", "contains", 3), "/op", "“contains” is not an operator here. Operators are: eq, ne, gte, lte,"),
    (leaf("name", "contain", 3), "/op", "Did you mean “contains”?"),
    ({"field": "active"}, "", "needs an operator, one of: is_true, is_false."),
    (leaf("company", "is_me"), "/op", "not an operator here"),
    (leaf("name", "is_empty", "x"), "/value", "“is_empty” takes no value"),
    (leaf("name", "is"), "", "“is” needs a value"),
]
VALUES = [
    (leaf("name", "is", 3), "/value", "needs a text"),
    (leaf("name", "is", " \u200b "), "/value", "use “is empty”"),
    (leaf("name", "contains", "x" * 1001), "/value", "at most 1000 characters"),
    (leaf("name", "any_of", "x"), "/value", "a list of values"),
    (leaf("name", "any_of", []), "/value", "at least one value"),
    (leaf("name", "any_of", ["a", 3]), "/value/1", "needs a text"),
    (leaf("name", "any_of", ["x"] * 1001), "/value", "at most 1000 values"),
    (leaf("age", "eq", "many"), "/value", "needs a number"),
    (leaf("age", "eq", True), "/value", "needs a number"),
    (leaf("age", "eq", 10**18), "/value", "needs a number"),
    (leaf("age", "eq", float("inf")), "/value", "needs a number"),
    (leaf("age", "eq", "1e5"), "/value", "needs a number"),
    (leaf("age", "between", [1]), "/value", "a list of two values"),
    (leaf("age", "between", [1, "x"]), "/value/1", "needs a number"),
    (leaf("age", "between", [2, 1]), "/value", "must not be greater"),
    (leaf("balance", "eq", 3), "/value", '{"amount": "12.00", "currency": "EUR"}'),
    (leaf("balance", "eq", {"amount": "x", "currency": "EUR"}), "/value/amount", "needs a number"),
    (leaf("balance", "eq", {"amount": 1, "currency": "euro"}), "/value/currency", "three capital letters"),
    (leaf("balance", "eq", {"amount": "1.5", "currency": "JPY"}), "/value/amount", "JPY has no decimals"),
    (
        leaf("balance", "between", [{"amount": 1, "currency": "EUR"}, {"amount": 2, "currency": "USD"}]),
        "/value",
        "same currency",
    ),
    (leaf("born", "on", "yesteryear"), "/value", "a day such as 2026-11-21, or a period"),
    (leaf("born", "on", "2026-02-30"), "/value", "no such day as 2026-02-30"),
    (leaf("born", "on", "0999-12-31"), "/value", "the earliest is 1000-01-01"),
    (leaf("born", "before", "2026-02-01T10:00Z"), "/value", "a day such as"),
    (leaf("born", "in_period", "last_days"), "/value", "“last_days” is not a period"),
    (leaf("born", "more_than_days_ago", -1), "/value", "a whole number from 0 to 36500"),
    (leaf("born", "less_than_days_ago", 0), "/value", "a whole number from 1 to 36500"),
    (leaf("seen_at", "on", "2026-02-01T10:00Z"), "/value", "without a time"),
    (leaf("seen_at", "before", "2026-02-01T25:00Z"), "/value", "a moment such as"),
    (leaf("seen_at", "before", "9999-12-31T23:59:59-23:00"), "/value", "a moment such as"),
    (leaf("stage", "is", "lost"), "/value", "“lost” is not one of the choices: lead, customer, former."),
    (leaf("stage", "any_of", ["lead", None]), "/value/1", "one of the choices"),
    (leaf("company", "is", "Aoba"), "/value", "the id of a record"),
    (leaf("company", "any_of", [1, 0]), "/value/1", "the id of a record"),
    (leaf("company", "is", 2**63), "/value", "the id of a record"),
    (leaf("tags", "has_all", "vip"), "/value", "a list of values"),
    (leaf("emails", "starts_with", "ann"), "/value", "Give the address up to its @ at least."),
]
AGGREGATES = [
    ({"related": "tasks", "measure": "median"}, "/measure", "Measures are: count, sum, average"),
    ({"related": "tasks", "op": "gte"}, "", "“gte” needs a value"),
    ({"related": "tasks", "op": "gte", "value": -1}, "/value", "a whole number from 0"),
    ({"related": "tasks", "op": "gte", "value": 2.5}, "/value", "a whole number from 0"),
    ({"related": "tasks", "op": "gte", "value": 1, "field": "points"}, "/field", "takes no field"),
    (
        {"related": "tasks", "measure": "sum", "op": "gte", "value": 1},
        "",
        "it can be taken of: points, hours, weight, fee.",
    ),
    ({"related": "tasks", "measure": "sum", "field": "due", "op": "gte", "value": 1}, "/field", "points, hours"),
    ({"related": "tasks", "measure": "sum", "field": "points", "op": "is_empty"}, "/op", "not an operator"),
    ({"related": "tasks", "measure": "latest", "field": "due", "op": "before", "value": 1}, "/value", "a day such as"),
]


@pytest.mark.parametrize(("tree", "pointer", "said"), STRUCTURE + NAMES + OPERATORS + VALUES + AGGREGATES)
def test_a_mistake_is_named_with_its_place_and_its_remedy(tree, pointer, said):
    fault = refusal({"any": [{}, {"not": tree}]})
    assert fault.pointer == "/any/1/not" + pointer
    assert said in fault.message


def test_the_answer_of_the_api_points_at_the_value():
    fault = refusal({"all": [leaf("age", "gte", "x")]})
    assert isinstance(fault, Invalid)
    assert fault.status == 422
    assert fault.errors == {"/all/0/value": [fault.message]}
    assert str(fault).startswith("/all/0/value: This needs a number")


def test_what_somebody_wrote_is_shown_short_and_without_traps():
    fault = refusal(leaf("na\u202eme\ud800\n" + "x" * 500, "is", "x"))
    assert "\u202e" not in fault.message
    assert "\n" not in fault.message
    assert len(fault.message) < 120
    fault.message.encode()


def nested(levels):
    tree = leaf("age", "gte", 1)
    for _level in range(levels):
        tree = {"not": tree}
    return tree


def test_ten_levels_are_enough_for_anybody():
    conditions.compile(nested(9), schema=PEOPLE, viewer=someone())
    assert "at most 10 levels" in refusal(nested(10)).message
    assert refusal(nested(500)).pointer == "/not" * 10


def test_two_hundred_conditions_are_enough_for_anybody():
    conditions.compile({"all": [leaf("age", "eq", 1)] * 199}, schema=PEOPLE, viewer=someone())
    fault = refusal({"all": [leaf("age", "eq", 1)] * 200})
    assert fault.pointer == "/all/199"
    assert "at most 200 conditions" in fault.message
    assert "at most 200" in refusal(leaf("tags", "has_all", [str(number) for number in range(300)])).message


def test_long_lists_may_not_add_up_without_end():
    thousand = leaf("company", "any_of", list(range(1, 1001)))
    conditions.compile({"all": [thousand] * 5}, schema=PEOPLE, viewer=someone())
    assert "at most 5000 in all its lists" in refusal({"all": [thousand] * 6}).message


def test_numbers_may_be_written_as_text_as_the_api_does_with_decimals():
    for value in ("12", " 12.50 ", "-3", 12, 12.5):
        conditions.compile(leaf("score", "gte", value), schema=PEOPLE, viewer=someone())
    conditions.compile(json.loads('{"field": "company", "op": "is", "value": "7"}'), schema=PEOPLE, viewer=someone())
