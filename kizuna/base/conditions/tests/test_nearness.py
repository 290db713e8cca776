"""Circles in conditions: what the database finds is what Python measures; anything else is refused precisely."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kizuna.base import conditions
from kizuna.base.resources import registry
from kizuna.base.resources.schema import ResourceSchema
from kizuna.base.testing.library.models import Author
from kizuna.base.types.positions import Circle, Position, plain

pytestmark = pytest.mark.django_db

TOKYO = {"lat": 35.6812, "lon": 139.7671}
places = st.builds(Position.of, st.floats(-90, 90), st.floats(-180, 180))
corners = st.sampled_from(
    [Position.of(lat, lon) for lat in (-90, -89.9, 0, 89.9, 90) for lon in (-180, -179.9, 0, 179.9)]
)
near_tokyo = st.builds(lambda up, on: Position.of(35.68 + up, 139.76 + on), st.floats(-1, 1), st.floats(-1, 1))
circles = st.builds(Circle, places | corners | near_tokyo, st.floats(0.01, 100) | st.floats(100, 20_000))


def asked(user, op="within", **value):
    leaf = {"field": "home", "op": op} | ({"value": value} if value else {})
    schema = ResourceSchema(registry.get("author"), user)
    return Author.objects.filter(conditions.compile(leaf, schema=schema, viewer=user))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(circle=circles, homes=st.lists(places | corners | near_tokyo, min_size=1, max_size=12))
def test_the_database_finds_those_in_the_circle(haruto, circle, homes):
    Author.objects.all().delete()
    Author.objects.bulk_create([Author(name=str(number), home=home) for number, home in enumerate([*homes, None])])
    found = asked(haruto, lat=plain(circle.centre.lat), lon=plain(circle.centre.lon), km=f"{circle.km:.10f}")
    names = set(found.values_list("name", flat=True))
    ways = {str(number): circle.centre.km_to(home) for number, home in enumerate(homes)}
    rim = 1e-6 + circle.km * 1e-7  # where the last digit of a sine decides
    assert {name for name, km in ways.items() if km < circle.km - rim} <= names
    assert names <= {name for name, km in ways.items() if km <= circle.km + rim}


def test_not_within_holds_for_who_is_nowhere(haruto):
    Author.objects.bulk_create(
        [
            Author(name="here", home=Position.of(35.69, 139.70)),
            Author(name="far", home=Position.of(37.55, 126.97)),
            Author(name="nowhere"),
        ]
    )
    within = asked(haruto, **TOKYO, km=50).values_list("name", flat=True)
    beyond = asked(haruto, "not_within", **TOKYO, km=50).values_list("name", flat=True)
    assert (list(within), sorted(beyond)) == (["here"], ["far", "nowhere"])
    assert list(asked(haruto, "is_empty").values_list("name", flat=True)) == ["nowhere"]
    assert asked(haruto, "is_not_empty").count() == 2


@pytest.mark.parametrize(
    ("value", "pointer", "words"),
    [
        ("Tokyo", "/value", "needs a circle"),
        ({**TOKYO}, "/value", "needs a circle"),
        ({**TOKYO, "km": 5, "miles": 3}, "/value", "needs a circle"),
        ({"lat": 95, "lon": 0, "km": 1}, "/value/lat", "from -90 to 90"),
        ({"lat": 0, "lon": 200, "km": 1}, "/value/lon", "from -180 to 180"),
        ({"lat": "north", "lon": 0, "km": 1}, "/value/lat", "needs a number"),
        ({**TOKYO, "km": 0}, "/value/km", "from 0.01 to 20000"),
        ({**TOKYO, "km": -5}, "/value/km", "from 0.01 to 20000"),
        ({**TOKYO, "km": 20_001}, "/value/km", "from 0.01 to 20000"),
        ({**TOKYO, "km": None}, "/value/km", "needs a number"),
    ],
)
def test_what_is_no_circle_is_refused_where_it_is_wrong(haruto, value, pointer, words):
    schema = ResourceSchema(registry.get("author"), haruto)
    with pytest.raises(conditions.InvalidCondition, match=words) as refused:
        conditions.compile({"field": "home", "op": "within", "value": value}, schema=schema, viewer=haruto)
    assert refused.value.pointer == pointer


def test_a_circle_in_words(haruto):
    schema = ResourceSchema(registry.get("author"), haruto)
    leaf = {"field": "home", "op": "within", "value": {**TOKYO, "km": 2.5}}
    chip = conditions.describe(leaf, schema, haruto)[0]
    assert (chip.label, chip.operator, chip.value) == ("Home", "is within", "2.5 km of 35.6812, 139.7671")


def test_a_circle_is_asked_along_a_relation(haruto, soseki, kokoro):
    Author.objects.filter(pk=soseki.pk).update(home=35_681_200, home_lon=139_767_100)
    schema = ResourceSchema(registry.get("book"), haruto)
    leaf = {"field": "author.home", "op": "within", "value": {**TOKYO, "km": 1}}
    books = registry.get("book").visible_to(haruto)
    assert list(books.filter(conditions.compile(leaf, schema=schema, viewer=haruto))) == [kokoro]
