"""Filter chips: what somebody reads above the list."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation

from kizuna.base import conditions
from kizuna.base.conditions.tests.models import Company
from kizuna.base.conditions.tests.world import PEOPLE, someone

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


def chips(tree: Any, viewer: Any = None) -> list[conditions.Chip]:
    return conditions.describe(tree, PEOPLE, viewer or someone(time_zone="Asia/Tokyo"), now=NOW)


def words(tree: Any) -> tuple[str, str, str]:
    (chip,) = chips(tree)
    assert not chip.error, chip.error
    return chip.label, chip.operator, chip.value


def leaf(field: str, op: str, *value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, **({"value": value[0]} if value else {})}


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        (leaf("name", "contains", " 山本  "), ("Name", "contains", "山本")),
        (leaf("name", "is_empty"), ("Name", "is empty", "")),
        (leaf("company.name", "any_of", ["Aoba", "Nord"]), ("Company › Name", "is any of", "Aoba, Nord")),
        (leaf("age", "between", [18, "1234.50"]), ("Age", "is between", "18 and 1,234.5")),
        (leaf("balance", "gte", {"amount": "1200", "currency": "JPY"}), ("Balance", "is at least", "¥1,200")),
        (leaf("born", "in_period", "last_30_days"), ("Born", "is in", "Last 30 days")),
        (leaf("born", "on", "2026-03-01"), ("Born", "is on", "1 Mar 2026")),
        (leaf("born", "before", "today"), ("Born", "is before", "Today")),
        (leaf("seen_at", "after", "2026-03-01T15:30Z"), ("Seen at", "is after", "2 Mar 2026 00:30")),
        (leaf("seen_at", "more_than_days_ago", 1), ("Seen at", "is more than", "1 day ago")),
        (leaf("stage", "any_of", ["lead", "customer"]), ("Stage", "is any of", "Lead, Customer")),
        (leaf("level", "is", "2"), ("Level", "is", "High")),
        (leaf("active", "is_false"), ("Active", "is no", "")),
        (leaf("owner", "is_me"), ("Owner", "is me", "")),
        (leaf("owner", "is", 7), ("Owner", "is", "record 7")),
        (leaf("tags", "has_all", ["vip", "solar"]), ("Tags", "has all of", "vip, solar")),
        ({"related": "tasks"}, ("Number of Tasks", "is at least", "1")),
        (
            {"related": "tasks", "where": leaf("done", "is_false"), "op": "gte", "value": 3},
            ("Number of Tasks with Done is no", "is at least", "3"),
        ),
        (
            {"related": "tasks", "measure": "sum", "field": "points", "op": "lt", "value": "2.5"},
            ("Points of Tasks (Sum)", "is less than", "2.5"),
        ),
        (
            {"related": "company.people", "measure": "latest", "field": "seen_at", "op": "in_period", "value": "today"},
            ("Seen at of Company › People (Latest)", "is in", "Today"),
        ),
    ],
)
def test_a_condition_is_said_as_field_operator_and_value(tree: Any, said: tuple[str, str, str]) -> None:
    assert words(tree) == said


def test_each_condition_that_must_hold_is_a_chip_of_its_own() -> None:
    tree = {"all": [leaf("age", "gte", 18), {}, leaf("stage", "is", "lead")]}
    assert [chip.pointer for chip in chips(tree)] == ["/all/0", "/all/2"]
    assert chips({}) == []


def test_a_group_is_one_chip_in_words() -> None:
    inner = {"all": [leaf("age", "gte", 18), {"not": leaf("stage", "is", "lead")}]}
    (chip,) = chips({"any": [inner, leaf("name", "is", "Ken"), {}]})
    assert chip.is_group
    assert chip.text == "(Age is at least 18 and not (Stage is Lead)) or Name is Ken or everything"
    assert [group.text for group in chips({"all": [{"any": []}, {"all": []}]})] == ["nothing", "everything"]


def test_closing_a_chip_asks_without_it() -> None:
    tree = {"all": [leaf("age", "gte", 18), leaf("stage", "is", "lead")]}
    first, _second = chips(tree)
    assert conditions.without(tree, first.pointer) == {"all": [leaf("stage", "is", "lead")]}


def test_a_condition_that_broke_is_shown_with_its_reason_and_can_still_be_closed() -> None:
    tree = {"all": [leaf("zodiac", "is", "x"), leaf("age", "gte", 18), {"any": [leaf("age", "gte", "x")]}]}
    broken, sound, group = chips(tree)
    assert broken.pointer == "/all/0"
    assert broken.error == "There is no field “zodiac”."
    assert sound.text == "Age is at least 18"
    assert "needs a number" in group.error
    assert [chip.error for chip in chips([1, 2])] == ["A condition must be an object."]


@pytest.mark.usefixtures("world")
def test_companies_are_called_by_name_in_one_query_and_hidden_ones_are_not(django_assert_num_queries: Any) -> None:
    aoba = Company.objects.create(name="Aoba")
    secret = Company.objects.create(name="Secret", is_secret=True)
    tree = {
        "all": [
            leaf("company", "any_of", [aoba.pk, str(secret.pk)]),
            {"any": [leaf("clubs", "is", aoba.pk), {"not": leaf("company", "is_not", aoba.pk)}]},
        ]
    }
    with django_assert_num_queries(1):
        one, group = chips(tree)
    assert one.value == f"Aoba, record {secret.pk}"
    assert "Clubs is Aoba or not (Company is not Aoba)" in group.text


def test_chips_are_in_the_readers_language_down_to_days_and_numbers() -> None:
    with translation.override("ja"):
        (day,) = chips(leaf("born", "on", "2026-03-01"))
        (money,) = chips(leaf("balance", "gte", {"amount": "1200", "currency": "JPY"}))
        (stages,) = chips(leaf("company.name", "any_of", ["青葉", "北"]))
    assert day.value == "2026年3月1日"
    assert money.value == "￥1,200"
    assert stages.value == "青葉、北"
