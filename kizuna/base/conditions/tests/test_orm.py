"""Conditions asked of real tables: who is found, and at what price."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q

from kizuna.base import conditions
from kizuna.base.conditions.tests.models import Company, Mark, Person, Task
from kizuna.base.conditions.tests.world import PEOPLE, SCHEMAS, someone
from kizuna.base.identity import SYSTEM
from kizuna.base.identity.models import Team
from kizuna.base.types import text

pytestmark = pytest.mark.usefixtures("world")
NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


def person(name: str, **fields: Any) -> Person:
    return Person.objects.create(name=name, name_fold=text.fold(name), **fields)


def found(tree: Any, viewer: Any = SYSTEM, now: datetime = NOW) -> list[str]:
    """Names of the people who satisfy a tree, in alphabetical order."""
    asked = conditions.compile(tree, schema=PEOPLE, viewer=viewer, now=now)
    return sorted(Person.objects.filter(asked).values_list("name", flat=True))


def leaf(field: str, op: str, *value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, **({"value": value[0]} if value else {})}


# ── empty values ──


def test_who_has_no_age_is_not_thirty_and_not_older_and_not_younger():
    person("Yoko", age=30)
    person("Ken", age=None)
    assert found(leaf("age", "ne", 30)) == ["Ken"]
    assert found({"not": leaf("age", "eq", 30)}) == ["Ken"]
    assert found({"not": {"not": leaf("age", "eq", 30)}}) == ["Yoko"]
    assert found(leaf("age", "lt", 99)) == ["Yoko"]
    assert found({"not": leaf("age", "lt", 99)}) == ["Ken"]
    assert found({"not": {"any": [leaf("age", "gt", 40), leaf("age", "lt", 20)]}}) == ["Ken", "Yoko"]


def test_everything_and_nothing_keep_their_meaning_in_every_place():
    person("Yoko")
    assert found({}) == ["Yoko"]
    assert found({"not": {}}) == []
    assert found({"all": []}) == ["Yoko"]
    assert found({"any": []}) == []
    assert found({"any": [leaf("age", "eq", 3), {}]}) == ["Yoko"]
    assert found({"all": [{}, {"not": {"any": [{}]}}]}) == []
    assert conditions.compile({"all": [{}, {}]}, schema=PEOPLE, viewer=SYSTEM) == Q()


# ── text ──


def test_a_folded_name_is_found_in_every_case_width_and_kana():
    person("ヤマダ ｺｰﾋｰ")
    person("Straße Élan")
    for typed in ("やまだ", "ﾔﾏﾀﾞ", "コーヒー"):
        assert found(leaf("name", "contains", typed)) == ["ヤマダ ｺｰﾋｰ"]
    for typed in ("STRASSE", "strasse é", "elan"):
        assert found(leaf("name", "contains", typed)) == ["Straße Élan"]
    assert found(leaf("name", "any_of", ["straße élan", "nobody"])) == ["Straße Élan"]


def test_signs_that_mean_something_to_databases_mean_themselves():
    person("100%", nickname="a_b")
    person("1000", nickname="axb")
    assert found(leaf("name", "contains", "0%")) == ["100%"]
    assert found(leaf("nickname", "contains", "A_B")) == ["100%"]
    assert found(leaf("nickname", "is", "a%")) == []
    assert found(leaf("name", "is", "' OR 1=1 --")) == []


def test_without_a_folded_column_case_is_ignored_for_ascii_everywhere_and_for_all_letters_on_postgresql():
    person("Yoko", nickname="Ärger")
    assert found(leaf("nickname", "is", "ÄRGER")) == ["Yoko"]
    assert found(leaf("nickname", "any_of", ["ÄrGEr", "x"])) == ["Yoko"]
    beyond_ascii = ["Yoko"] if connection.vendor == "postgresql" else []
    assert found(leaf("nickname", "is", "ärger")) == beyond_ascii
    assert found(leaf("nickname", "contains", "ärg")) == beyond_ascii


def test_a_text_of_which_folding_leaves_nothing_is_compared_as_it_is():
    person("¨ x")
    assert text.fold("¨") == ""
    assert found(leaf("name", "contains", "¨")) == ["¨ x"]
    assert found(leaf("name", "any_of", ["¨ X", "¨"])) == ["¨ x"]


def test_an_empty_text_is_as_empty_as_none():
    person("Yoko", nickname="")
    person("Ken", nickname=None)
    person("Mai", nickname="M", stage="lead")
    assert found(leaf("nickname", "is_empty")) == ["Ken", "Yoko"]
    assert found(leaf("nickname", "is_not_empty")) == ["Mai"]
    assert found(leaf("stage", "is_empty")) == ["Ken", "Yoko"]


def test_a_value_inside_json_that_is_not_there_is_empty():
    person("Yoko", extra={"colour": "Red", "shoe_size": 38.5})
    person("Ken", extra={})
    assert found(leaf("colour", "is_not", "blue")) == ["Ken", "Yoko"]
    assert found(leaf("colour", "any_of", ["RED", "blue"])) == ["Yoko"]
    assert found(leaf("colour", "none_of", ["RED", "blue"])) == ["Ken"]
    assert found(leaf("shoe_size", "between", [38, "38.5"])) == ["Yoko"]
    assert found(leaf("shoe_size", "ne", 38)) == ["Ken", "Yoko"]


# ── numbers and money ──


def test_numbers_that_a_column_cannot_hold_are_compared_all_the_same():
    person("Yoko", age=2, score=Decimal("2.50"), ratio=0.1)
    person("Ken")
    assert found(leaf("age", "eq", 2.5)) == []
    assert found(leaf("age", "lt", 2.5)) == ["Yoko"]
    assert found(leaf("age", "gte", 2.5)) == []
    assert found(leaf("age", "gt", "-2.5")) == ["Yoko"]
    assert found(leaf("age", "lt", 10**17)) == ["Yoko"]
    assert found(leaf("age", "gt", -(10**17))) == ["Yoko"]
    assert found(leaf("age", "gt", 40_000)) == []
    assert found(leaf("score", "eq", "2.499")) == []
    assert found(leaf("score", "gt", "2.499")) == ["Yoko"]
    assert found(leaf("score", "lt", 10**17)) == ["Yoko"]
    assert found(leaf("ratio", "eq", "0.1")) == ["Yoko"]


def test_a_hundred_yen_are_not_a_hundred_euros():
    person("Yoko", balance=100, balance_currency="JPY")
    person("Anna", balance=100, balance_currency="EUR")
    assert found(leaf("balance", "gte", {"amount": "99", "currency": "EUR"})) == ["Anna"]
    assert found(leaf("balance", "ne", {"amount": "100.00", "currency": "EUR"})) == ["Yoko"]


# ── days ──


def test_the_last_thirty_days_are_those_of_the_viewer():
    person("Yoko", seen_at=datetime(2026, 11, 20, 15, tzinfo=UTC))
    person("Ken", seen_at=datetime(2026, 11, 20, 14, 59, tzinfo=UTC))
    in_tokyo, in_london = someone(time_zone="Asia/Tokyo"), someone(time_zone="Europe/London")
    assert found(leaf("seen_at", "in_period", "today"), in_tokyo) == ["Yoko"]
    assert found(leaf("seen_at", "in_period", "today"), in_london) == []
    assert found(leaf("seen_at", "on", "2026-11-20"), in_london) == ["Ken", "Yoko"]
    assert found(leaf("seen_at", "more_than_days_ago", 0), in_tokyo) == ["Ken"]


def test_what_is_overdue_was_due_before_today():
    person("Yesterday", born=date(2026, 11, 20))
    person("Today", born=date(2026, 11, 21))
    person("Never")
    assert found(leaf("born", "before", "today")) == ["Yesterday"]
    assert found(leaf("born", "on_or_after", "this_month")) == ["Today", "Yesterday"]
    assert found(leaf("born", "less_than_days_ago", 1)) == ["Today"]
    assert found(leaf("born", "more_than_days_ago", 1)) == []
    assert found({"not": leaf("born", "before", "today")}) == ["Never", "Today"]


def test_those_of_the_29th_of_february_celebrate_on_the_28th_in_common_years():
    person("Leap", born=date(1992, 2, 29))
    person("Before", born=date(1991, 2, 28))
    person("After", born=date(1991, 3, 1))

    def celebrating(year: int, month: int, day: int) -> list[str]:
        return found(leaf("born", "anniversary_in_period", "today"), now=datetime(year, month, day, tzinfo=UTC))

    assert celebrating(2026, 2, 28) == ["Before", "Leap"]
    assert celebrating(2028, 2, 28) == ["Before"]
    assert celebrating(2028, 2, 29) == ["Leap"]
    assert celebrating(2026, 3, 1) == ["After"]


def test_an_anniversary_is_kept_by_the_calendar_of_the_viewer():
    person("Yoko", seen_at=datetime(2020, 11, 20, 15, 30, tzinfo=UTC))
    tree = leaf("seen_at", "anniversary_in_period", "today")
    assert found(tree, someone(time_zone="Asia/Tokyo")) == ["Yoko"]
    assert found(tree, someone(time_zone="Europe/London")) == []
    assert found({"not": tree}, someone(time_zone="Europe/London")) == ["Yoko"]


# ── what the viewer may not see ──


def test_a_hidden_company_is_no_company():
    secret = Company.objects.create(name="Secret", industry="hotel", is_secret=True)
    person("Yoko", company=secret)
    outsider, insider = someone("Mika"), someone("Insider")
    for tree in (
        leaf("company", "is", secret.pk),
        leaf("company", "is_not_empty"),
        leaf("company.industry", "is", "hotel"),
        leaf("company.name", "starts_with", "S"),
        leaf("company.industry", "is_not_empty"),
        {"related": "company.people", "op": "eq", "value": 1},
    ):
        assert found(tree, insider) == ["Yoko"]
        assert found(tree, outsider) == []
        assert found({"not": tree}, outsider) == ["Yoko"]
    assert found(leaf("company", "is_not", secret.pk), outsider) == ["Yoko"]
    assert found({"related": "company.people", "op": "eq", "value": 0}, outsider) == ["Yoko"]


def test_hidden_tasks_do_not_count():
    yoko = person("Yoko")
    Task.objects.create(person=yoko, points=8, due=date(2026, 1, 1), is_secret=True)
    outsider = someone("Mika")
    for measured in (
        {"op": "gte", "value": 1},
        {"measure": "sum", "field": "points", "op": "eq", "value": 8},
        {"measure": "max", "field": "points", "op": "gte", "value": 1},
        {"measure": "latest", "field": "due", "op": "is_not_empty"},
        {"where": leaf("points", "eq", 8)},
    ):
        assert found({"related": "tasks", **measured}, someone("Insider")) == ["Yoko"]
        assert found({"related": "tasks", **measured}, outsider) == []


# ── people of our own ──


def test_mine_and_my_teams():
    japan = Team.objects.create(name="Japan")
    japan.place_under(None)
    japan.save()
    tokyo = Team.objects.create(name="Tokyo", parent=japan)
    tokyo.place_under(japan)
    tokyo.save()
    mika, jun, anna = someone("Mika", team=japan), someone("Jun", team=tokyo), someone("Anna")
    for user in (mika, jun, anna):
        user.save()
        person(f"Of {user.name}", owner=user, team=user.team)
    person("Of nobody")
    assert found(leaf("owner", "is_me"), mika) == ["Of Mika"]
    assert found(leaf("owner", "is_my_team"), mika) == ["Of Jun", "Of Mika"]
    assert found(leaf("owner", "is_my_team"), jun) == ["Of Jun"]
    assert found(leaf("owner", "is_my_team"), anna) == ["Of Anna"]
    assert found(leaf("team", "is_my_team"), mika) == ["Of Jun", "Of Mika"]
    assert found(leaf("team", "is_my_team"), anna) == []
    for tree in (leaf("owner", "is_me"), leaf("owner", "is_my_team"), leaf("team", "is_my_team")):
        assert found(tree, SYSTEM) == []
        assert len(found({"not": tree}, SYSTEM)) == 4


def test_my_records_are_found_by_the_plain_column_so_that_its_index_serves():
    mika = someone("Mika")
    mika.save()
    asked = conditions.compile(leaf("owner", "is_me"), schema=PEOPLE, viewer=mika)
    assert asked == Q(owner_id=mika.pk)


def test_an_owner_who_left_is_no_owner():
    jun = someone("Jun", is_active=False)
    jun.save()
    person("Of Jun", owner=jun)
    assert found(leaf("owner", "is", jun.pk)) == []
    assert found(leaf("owner", "is_empty")) == ["Of Jun"]


# ── related records ──


def test_at_least_three_open_tasks():
    yoko, ken = person("Yoko"), person("Ken")
    person("Mai")
    Task.objects.bulk_create(Task(person=yoko, done=False) for _each in range(3))
    Task.objects.bulk_create(Task(person=ken, done=number == 0) for number in range(3))
    opened = {"related": "tasks", "where": leaf("done", "is_false")}
    assert found({**opened, "measure": "count", "op": "gte", "value": 3}) == ["Yoko"]
    assert found({**opened, "op": "between", "value": [1, 2]}) == ["Ken"]
    assert found({**opened, "op": "lt", "value": 3}) == ["Ken", "Mai"]
    assert found({**opened, "op": "eq", "value": 0}) == ["Mai"]
    assert found({**opened, "op": "lt", "value": 0}) == []
    assert found(opened) == ["Ken", "Yoko"]
    assert found({"not": opened}) == ["Mai"]


def test_the_sum_of_nothing_is_zero_and_its_average_is_nothing():
    yoko, ken = person("Yoko"), person("Ken")
    Task.objects.create(person=yoko, hours=Decimal("0.10"))
    Task.objects.create(person=yoko, hours=Decimal("0.20"))
    Task.objects.create(person=ken, hours=None)
    hours = {"related": "tasks", "measure": "sum", "field": "hours"}
    assert found({**hours, "op": "eq", "value": "0.30"}) == ["Yoko"]
    assert found({**hours, "op": "lt", "value": 100}) == ["Ken", "Yoko"]
    average = {**hours, "measure": "average"}
    assert found({**average, "op": "eq", "value": "0.15"}) == ["Yoko"]
    assert found({**average, "op": "lt", "value": 100}) == ["Yoko"]
    assert found({**average, "op": "is_empty"}) == ["Ken"]


def test_only_amounts_in_the_currency_asked_for_are_added_up():
    yoko = person("Yoko")
    for amount, currency in ((100, "EUR"), (50, "EUR"), (90_000, "JPY")):
        Task.objects.create(person=yoko, fee=amount, fee_currency=currency)
    fees = {"related": "tasks", "measure": "sum", "field": "fee"}
    assert found({**fees, "op": "eq", "value": {"amount": "150", "currency": "EUR"}}) == ["Yoko"]
    assert found({**fees, "measure": "max", "op": "lte", "value": {"amount": "100", "currency": "EUR"}}) == ["Yoko"]


def test_who_was_quiet_since_the_summer():
    yoko, ken = person("Yoko"), person("Ken")
    person("Mai")
    for who, month in ((yoko, 3), (yoko, 10), (ken, 3)):
        Task.objects.create(person=who, finished_at=datetime(2026, month, 1, tzinfo=UTC))
    latest = {"related": "tasks", "measure": "latest", "field": "finished_at"}
    assert found({**latest, "op": "before", "value": "2026-09-01"}) == ["Ken"]
    assert found({"not": {**latest, "op": "on_or_after", "value": "2026-09-01"}}) == ["Ken", "Mai"]
    assert found({**latest, "measure": "earliest", "op": "in_period", "value": "this_year"}) == ["Ken", "Yoko"]


def test_all_of_several_tags():
    yoko, ken = person("Yoko"), person("Ken")
    for who, tag in ((yoko, "vip"), (yoko, "solar"), (ken, "vip")):
        Mark.objects.create(person_id=who.pk, kind="tag", key=tag)
    assert found(leaf("tags", "has_all", ["VIP", "solar"])) == ["Yoko"]
    assert found(leaf("tags", "has_any", ["vip", "solar"])) == ["Ken", "Yoko"]
    assert found(leaf("tags", "has_none", ["solar"])) == ["Ken"]
    assert found(leaf("emails", "is_empty")) == ["Ken", "Yoko"]


# ── the price ──


def test_a_question_joins_nothing_and_is_one_query(django_assert_num_queries):
    tree = {
        "all": [
            leaf("company.parent.name", "contains", "x"),
            {"not": leaf("clubs", "any_of", [1, 2])},
            leaf("club_name", "is_not", "x"),
            {"related": "tasks", "measure": "sum", "field": "points", "op": "gt", "value": 3},
            {"related": "company.people", "where": leaf("tags", "has_all", ["a", "b"])},
        ]
    }
    with django_assert_num_queries(1) as asked:
        found(tree)
    outer = asked.captured_queries[0]["sql"].split(" WHERE ")[0]
    assert "JOIN" not in outer
    assert "DISTINCT" not in asked.captured_queries[0]["sql"]


KINDS_OF_LEAVES = [
    leaf("name", "contains", "x"),
    leaf("nickname", "any_of", ["x"] * 20),
    leaf("born", "anniversary_in_period", "last_40_days"),
    leaf("company.parent.parent.parent.name", "is_not", "x"),
    leaf("balance", "between", [{"amount": 1, "currency": "EUR"}, {"amount": 2, "currency": "EUR"}]),
    leaf("club_name", "none_of", ["x", "y"]),
    {"related": "tasks", "measure": "average", "field": "hours", "op": "between", "value": [1, 2]},
    {"related": "company.people", "op": "between", "value": [2, 5]},
]


@pytest.mark.parametrize("part", KINDS_OF_LEAVES, ids=lambda part: part.get("field") or part["related"])
@pytest.mark.parametrize("group", ["all", "any"])
def test_the_largest_question_allowed_is_not_too_much_for_the_database(part: Any, group: str):
    per_part = 2 if "related" in part else 1
    tree = {group: [{"not": part} if number % 2 else part for number in range(130 // per_part)]}
    found({"not": {"not": tree}})


def test_lists_of_a_thousand_values_are_not_too_much_either():
    words = [f"word {number}" for number in range(1000)]
    parts = [leaf(name, op, words) for name in ("name", "nickname", "colour") for op in ("any_of", "none_of")]
    found({"any": parts[:5]})
    found(leaf("tags", "has_all", words[:150]))
    found({"any": [leaf("alias", "any_of", words[:90]), leaf("alias", "none_of", words[:90])]})
    found(leaf("company", "any_of", list(range(2**63 - 1000, 2**63))))


def test_companies_can_be_asked_about_their_people():
    aoba, other = Company.objects.create(name="Aoba"), Company.objects.create(name="Other")
    person("Yoko", company=aoba, age=40)
    ken = person("Ken", company=other)
    Person.clubs.through.objects.create(person_id=ken.pk, company_id=aoba.pk)

    def companies(tree: Any) -> list[str]:
        asked = conditions.compile(tree, schema=SCHEMAS["company"], viewer=SYSTEM)
        return list(Company.objects.filter(asked).values_list("name", flat=True))

    assert companies({"related": "people", "where": leaf("age", "gte", 40)}) == ["Aoba"]
    assert companies({"related": "members", "measure": "max", "field": "age", "op": "is_empty"}) == ["Other", "Aoba"]
    assert companies({"related": "members"}) == ["Aoba"]
