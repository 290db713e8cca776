"""Random questions get the same answer from the database as from Python, row by row, empty values and all."""

import contextlib
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kizuna.base import conditions
from kizuna.base.conditions.tests import trees_at_random
from kizuna.base.conditions.tests.models import Company, Mark, Person, Task
from kizuna.base.conditions.tests.oracle import World
from kizuna.base.conditions.tests.world import PEOPLE, someone
from kizuna.base.identity.models import User
from kizuna.base.types import text

NOW = datetime(2026, 3, 1, 1, 30, tzinfo=UTC)
"""In Tokyo half past ten on the first of March; in New York still the last of February."""

NAMES = ["Yamada", "ヤマダ", "やまだ", "Ann", "ann b", "Bo%", "straße", "STRASSE", "a\\b_c", "Él", "n'n"]
DAYS = [
    date(2026, 3, 1),
    date(2026, 2, 28),
    date(2024, 2, 29),
    date(1990, 2, 28),
    date(9999, 12, 31),
    date(2025, 12, 31),
]
MOMENTS = [
    NOW,
    datetime(2026, 2, 28, 15, tzinfo=UTC),
    datetime(2026, 3, 1, 0, 30, tzinfo=UTC),
    datetime(2025, 7, 1, tzinfo=UTC),
]


def fill_the_world(owner: User) -> None:
    """Sixty people, ten companies and two hundred tasks; of every value some are missing."""
    chance = random.Random(7)

    def some(*values: Any) -> Any:
        return chance.choice([None, *values])

    companies: list[Company] = []
    for number in range(1, 11):
        companies.append(
            Company.objects.create(
                id=number,
                name=chance.choice(["Ann & Co", "bo", "N", ""]),
                industry=chance.choice(["", "hotel", "office"]),
                size=some(0, 1, 2, 100, -2),
                parent=some(*companies[:4]),
                is_secret=number % 3 == 0,
            )
        )
    people = [_person(chance, some, owner, companies) for _each in range(60)]
    Task.objects.bulk_create(_task(chance, some, people) for _each in range(200))
    for person in people:
        for club in chance.sample(companies, chance.choice([0, 0, 1, 2])):
            Person.clubs.through.objects.create(person_id=person.pk, company_id=club.pk)
        for key in chance.sample(["vip", "solar"], chance.choice([0, 0, 1, 2])):
            Mark.objects.create(person_id=person.pk, kind="tag", key=key)
        for key in chance.sample(["ann@a.example", "bo@b.example"], chance.choice([0, 1, 2])):
            Mark.objects.create(person_id=person.pk, kind="email", key=key)


def _person(chance: random.Random, some: Any, owner: User, companies: list[Company]) -> Person:
    name = chance.choice(NAMES)
    return Person.objects.create(
        name=name,
        name_fold=text.fold(name),
        nickname=some("", "Ann", "ann", "bo%", "n'N", "a\\"),
        age=some(0, 1, 2, 3, -2, -3),
        score=some(Decimal("2.50"), Decimal("0.30"), Decimal("-2.51"), Decimal(0), Decimal(2)),
        ratio=some(0.1, 2.5, 0.0, -2.5, 1e300),
        balance=some(Decimal(1), Decimal("0.30"), Decimal(2), Decimal(100)),
        balance_currency=chance.choice(["EUR", "JPY", "USD"]),
        born=some(*DAYS),
        seen_at=some(*MOMENTS, MOMENTS[1] - timedelta(seconds=1)),
        stage=chance.choice(["", "lead", "customer", "former"]),
        level=some(1, 2),
        active=some(True, False),
        extra=chance.choice([{}, {"shoe_size": 2}, {"shoe_size": 2.5, "colour": "Red"}, {"colour": "black"}]),
        company=some(*companies),
        owner=some(owner),
    )


def _task(chance: random.Random, some: Any, people: list[Person]) -> Task:
    return Task(
        person=some(*people[:40]),
        title=chance.choice(["", "Ann", "bo"]),
        done=chance.random() < 0.5,
        points=some(0, 1, 2, 3),
        hours=some(Decimal("0.10"), Decimal("0.20"), Decimal("2.50")),
        weight=some(0.5, 2.5, -1.0),
        fee=some(Decimal("0.10"), Decimal("0.20"), Decimal(100)),
        fee_currency=chance.choice(["EUR", "JPY"]),
        due=some(*DAYS),
        finished_at=some(*MOMENTS),
        is_secret=chance.random() < 0.3,
    )


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(("name", "zone"), [("Mika", "Asia/Tokyo"), ("Insider", "America/New_York")])
def test_a_random_question_has_the_same_answer_in_python(name: str, zone: str) -> None:
    viewer = someone(name, time_zone=zone)
    viewer.save()
    fill_the_world(viewer)
    world = World(viewer, NOW)

    @given(tree=trees_at_random.sensible(viewer.pk))
    @example(tree={})
    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    def same_answer(tree: Any) -> None:
        asked = conditions.compile(tree, schema=PEOPLE, viewer=viewer, now=NOW)
        found = list(Person.objects.filter(asked).values_list("pk", flat=True))
        assert len(found) == len(set(found)), f"a row came twice: {tree!r}"
        assert set(found) == world.matching(tree), repr(tree)
        unlike = conditions.compile({"not": tree}, schema=PEOPLE, viewer=viewer, now=NOW)
        assert Person.objects.filter(unlike).count() == len(world.people) - len(found), f"neither in nor out: {tree!r}"

    same_answer()


@pytest.mark.usefixtures("world")
def test_nothing_that_json_can_hold_is_more_than_an_invalid_condition() -> None:
    viewer = someone(time_zone="Asia/Tokyo")
    viewer.save()
    fill_the_world(viewer)

    @given(tree=trees_at_random.nonsense())
    @settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    def never_a_surprise(tree: Any) -> None:
        for chip in conditions.describe(tree, PEOPLE, viewer, now=NOW):
            chip.text.encode()
        with contextlib.suppress(conditions.InvalidCondition):
            asked = conditions.compile(tree, schema=PEOPLE, viewer=viewer, now=NOW)
            Person.objects.filter(asked).count()

    never_a_surprise()


@given(filter_text=st.text() | st.text(alphabet='{}[]":,0123456789eE+-.\\ud8', max_size=30))
@settings(max_examples=300, derandomize=True, database=None)
def test_no_text_is_more_than_an_invalid_condition(filter_text: str) -> None:
    with contextlib.suppress(conditions.InvalidCondition):
        conditions.parse(filter_text)
