"""Reading and writing conditions as text, joining them and taking parts out."""

import json

import pytest

from kizuna.base import conditions

YOUNG = {"field": "age", "op": "lt", "value": 30}
LEAD = {"field": "stage", "op": "is", "value": "lead"}
VIP = {"field": "tags", "op": "has_any", "value": ["vip"]}


@pytest.mark.parametrize("text", [None, "", "  \n", "{}"])
def test_no_filter_is_the_condition_that_everything_meets(text):
    assert conditions.parse(text) == {}
    assert conditions.dump({}) == ""


def test_a_tree_survives_the_way_through_an_address():
    tree = {"all": [LEAD, {"any": [YOUNG, {"field": "name", "op": "contains", "value": "山本 ✨"}]}]}
    assert conditions.parse(conditions.dump(tree)) == tree


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not valid JSON"),
        ('{"all":\n[}', "line 2, column 2"),
        ('{"field": "age", "field": "name"}', "“field” twice"),
        ('{"value": NaN}', "NaN, which is not a number"),
        ('{"value": -Infinity}', "-Infinity"),
        ("[" * 5000 + "]" * 5000, "nested too deeply"),
        ('"\\ud800"', "half of a character"),
        ("1" * 5000, "a number that is too long"),
        (json.dumps("x" * 20_000), "too long: at most 20 kB"),
        (json.dumps("山" * 7_000, ensure_ascii=False), "too long"),
    ],
)
def test_text_that_is_no_filter_is_refused_with_its_reason(text, said):
    with pytest.raises(conditions.InvalidCondition) as refused:
        conditions.parse(text)
    assert said in refused.value.message
    assert refused.value.pointer == ""
    assert refused.value.status == 422


def test_a_saved_view_and_what_somebody_adds_to_it_are_asked_together():
    assert conditions.combine() == {}
    assert conditions.combine({}, LEAD, None) == LEAD
    assert conditions.combine({"all": [LEAD, YOUNG]}, VIP) == {"all": [LEAD, YOUNG, VIP]}
    assert conditions.combine({"any": [LEAD, YOUNG]}, VIP) == {"all": [{"any": [LEAD, YOUNG]}, VIP]}


def test_closing_a_chip_takes_one_part_out_and_leaves_the_rest_as_it_was():
    tree = {"all": [LEAD, {"any": [YOUNG, VIP]}]}
    assert conditions.without(tree, "/all/0") == {"all": [{"any": [YOUNG, VIP]}]}
    assert conditions.without(tree, "/all/1/any/0") == {"all": [LEAD, {"any": [VIP]}]}
    assert tree == {"all": [LEAD, {"any": [YOUNG, VIP]}]}


def test_a_group_with_nothing_left_in_it_goes_too():
    assert conditions.without({"all": [{"not": LEAD}]}, "/all/0/not") == {}
    assert conditions.without({"all": [YOUNG, {"any": [LEAD]}]}, "/all/1/any/0") == {"all": [YOUNG]}
    assert conditions.without(LEAD, "") == {}


@pytest.mark.parametrize("pointer", ["/all/7", "/any/0", "/all/-1", "/all/²", "/all/0/field/x", "/~1"])
def test_a_pointer_that_leads_nowhere_changes_nothing(pointer):
    assert conditions.without({"all": [LEAD, YOUNG]}, pointer) == {"all": [LEAD, YOUNG]}


@pytest.mark.parametrize(
    ("tree", "answer"),
    [
        ({"field": "stage", "op": "is_not_empty"}, True),
        ({"all": [YOUNG, {"all": [{"field": "stage", "op": "any_of", "value": ["lead"]}]}]}, True),
        ({"field": "stage", "op": "is_empty"}, False),
        ({"field": "stage", "op": "none_of", "value": ["lead"]}, False),
        ({"any": [{"field": "stage", "op": "is_not_empty"}, YOUNG]}, False),
        ({"not": {"field": "stage", "op": "is_not_empty"}}, False),
        ({"field": "source", "op": "is_not_empty"}, False),
        ({}, False),
        (["stage"], False),
        ({"all": "stage"}, False),
    ],
)
def test_a_tree_that_wants_a_value_says_so(tree: object, answer: bool) -> None:
    assert conditions.demands(tree, "stage") is answer
