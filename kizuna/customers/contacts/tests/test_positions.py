"""Where customers are: approximately by their address, exactly when somebody says so."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.errors import Invalid
from kizuna.base.types.positions import CITY, EXACT, Position
from kizuna.customers.contacts.models import Contact, Household

pytestmark = pytest.mark.django_db

YOKOHAMA = {"country": "JP", "region": "神奈川県", "city": "横浜市西区", "line1": "みなとみらい2-2-1"}
SEOUL = {"country": "KR", "region": "서울특별시", "city": "강남구", "line1": "테헤란로 1"}


def is_near(position, lat, lon):
    return position.km_to(Position.of(lat, lon)) < 20


def change(record, actor, **changes):
    return records.update(actor=actor, record=record, changes=changes)


def test_an_address_gives_the_middle_of_its_city(person, firm, alice):
    yoko, aoba = person("山本", "陽子", addresses=[YOKOHAMA]), firm("青葉建設", addresses=[SEOUL])
    assert yoko.position.precision == aoba.position.precision == CITY
    assert is_near(yoko.position, 35.44, 139.64)
    assert is_near(aoba.position, 37.56, 126.99)
    assert person("Nowhere", addresses=[{"country": "JP", "city": "名もない町"}]).position is None


def test_the_position_follows_the_first_address(person, alice):
    yoko = person("山本", "陽子", addresses=[YOKOHAMA])
    moved = change(yoko, alice, addresses=[{**YOKOHAMA}, {**SEOUL, "primary": True}])
    assert is_near(moved.position, 37.56, 126.99)
    assert change(moved, alice, addresses=[]).position is None


def test_what_somebody_set_stays_wherever_the_address_goes(person, alice):
    yoko = person("山本", "陽子", addresses=[YOKOHAMA], position={"lat": 35.4557, "lon": 139.6317})
    moved = change(yoko, alice, addresses=[SEOUL])
    moved.refresh_from_db()
    assert (str(moved.position), moved.position.precision) == ("35.4557, 139.6317", EXACT)
    back = change(moved, alice, position=None)
    assert is_near(back.position, 37.56, 126.99)
    assert back.position.is_approximate


def test_an_approximate_position_sent_back_as_it_is_stays_approximate(person, alice):
    yoko = person("山本", "陽子", addresses=[YOKOHAMA])
    assert change(yoko, alice, position=str(yoko.position), job_title="Buyer").position.is_approximate
    as_read = {"lat": yoko.position.lat, "lon": yoko.position.lon, "precision": "city"}
    assert change(yoko, alice, position=as_read).position.is_approximate


def test_undo_brings_a_position_back(person, alice):
    yoko = change(person("山本", "陽子"), alice, position="35.4557, 139.6317")
    moved = change(yoko, alice, position="37.5, 127")
    assert str(records.undo(actor=alice, record=moved, version=moved.version).position) == "35.4557, 139.6317"


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("somewhere", "position"),
        ({"lat": 35.4}, "position"),
        ({"lat": "35.4", "lon": "139"}, "position"),
        ({"lat": 95, "lon": 139}, "position.lat"),
        ({"lat": 35, "lon": 999}, "position.lon"),
        ({"lat": 35, "lon": 139, "precision": "street"}, "position.precision"),
        ([35, 139], "position"),
        (True, "position"),
    ],
)
def test_what_is_no_position_is_refused_where_it_is_wrong(person, given, path):
    with pytest.raises(Invalid) as refused:
        person("山本", position=given)
    assert list(refused.value.errors) == [path]


def test_those_who_were_there_before_the_map_get_their_city(person, alice):
    """The migration, run again over records without positions."""
    yoko = person("山本", "陽子", addresses=[YOKOHAMA])
    exact = person("Exact", addresses=[YOKOHAMA], position="35, 139")
    home = records.create(
        actor=alice, resource=registry.get("household"), values={"name": "山本家", "addresses": [SEOUL]}
    )
    Contact.objects.filter(pk=yoko.pk).update(position=None, position_lon=None, position_told=None)
    Household.objects.update(position=None, position_lon=None, position_told=None)
    module = import_module("kizuna.customers.contacts.migrations.0008_places_of_addresses")
    module.place_in_cities(apps, type("Editor", (), {"connection": connection}))
    for record in (yoko, exact, home):
        record.refresh_from_db()
    assert is_near(yoko.position, 35.44, 139.64)
    assert yoko.position.is_approximate
    assert str(exact.position) == "35, 139"
    assert is_near(home.position, 37.56, 126.99)
