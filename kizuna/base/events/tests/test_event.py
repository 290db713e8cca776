"""An event has a name that stays and data that can still be read years later."""

from dataclasses import dataclass, fields
from decimal import Decimal

import pytest

from kizuna.base.events import Event, NotPlain
from kizuna.base.events.event import room_of


@dataclass(frozen=True, kw_only=True)
class KettleBoiled(Event):
    kettle_id: int
    litres: Decimal = Decimal("1.0")


@dataclass(frozen=True, kw_only=True, slots=True)
class TeaPoured(Event, name="kitchen.CupFilled"):
    cups: tuple[int, ...]


@pytest.mark.parametrize(
    ("module", "room"),
    [
        ("kizuna.customers.contacts.events", "contacts"),
        ("kizuna.domains.sales.events.quotes", "sales"),
        ("kizuna.base.events.tests.test_event", "events"),
        ("acme_roofing.events", "acme_roofing"),
        ("kizuna.base.records.publications", "records"),
    ],
)
def test_the_room_is_read_from_the_module(module, room):
    assert room_of(module) == room


def test_an_event_is_known_by_room_and_class():
    assert KettleBoiled.event_name == "events.KettleBoiled"
    assert Event.named("events.KettleBoiled") is KettleBoiled
    assert Event.named("events.NeverHeardOf") is None
    assert Event.known()["events.KettleBoiled"] is KettleBoiled


def test_a_renamed_class_keeps_the_name_in_the_log():
    assert TeaPoured.event_name == "kitchen.CupFilled"
    assert Event.named("kitchen.CupFilled") is TeaPoured


def test_two_events_cannot_share_a_name():
    with pytest.raises(TypeError, match=r"Two events are named events\.KettleBoiled"):

        class Another(Event, name="events.KettleBoiled"):
            pass


def test_an_event_comes_back_as_it_was():
    boiled = KettleBoiled(kettle_id=7, litres=Decimal("1.50"))
    assert boiled.to_data() == {"kettle_id": 7, "litres": "1.50"}
    assert KettleBoiled.from_data(boiled.to_data()) == boiled
    poured = TeaPoured(cups=(1, 2))
    assert TeaPoured.from_data(poured.to_data()) == poured


def test_an_old_row_is_read_with_todays_fields():
    assert KettleBoiled.from_data({"kettle_id": 7, "whistled": True}) == KettleBoiled(kettle_id=7)


def test_the_field_that_does_not_fit_is_named():
    with pytest.raises(NotPlain, match=r"events\.KettleBoiled\.litres"):
        KettleBoiled(kettle_id=7, litres=1.5).to_data()


def test_the_place_in_the_log_is_not_a_field(django_user_model):
    boiled = KettleBoiled(kettle_id=7)
    assert boiled.event_id is None
    assert {field.name for field in fields(boiled)} == {"kettle_id", "litres"}


def test_forgetting_the_dataclass_line_is_explained():
    class Undecorated(Event):
        cup_id: int

    with pytest.raises(NotPlain, match="@dataclass"):
        Undecorated().to_data()
