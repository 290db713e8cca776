"""Publishing writes one row, tells the handlers in the same transaction, and leaves nothing when that fails."""

from dataclasses import dataclass

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from kizuna.base.events import (
    Change,
    Event,
    EventLoop,
    EventRow,
    NotPlain,
    NoTransaction,
    Subject,
    Touched,
    acting,
    current_origin,
    on,
    publish,
)


@dataclass(frozen=True, kw_only=True)
class DoorOpened(Event):
    door_id: int


@dataclass(frozen=True, kw_only=True)
class BellRang(Event):
    door_id: int


@dataclass(frozen=True, kw_only=True)
class DogBarked(Event):
    times: int


@dataclass(frozen=True, kw_only=True)
class CatalogueCounted(Event):
    ids: tuple[int, ...]


@pytest.fixture
def mika(db):
    return get_user_model().objects.create_user("mika@hinata.example", name="Mika")


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_a_transaction_is_refused():
    with pytest.raises(NoTransaction, match=r"events\.DoorOpened"):
        publish(DoorOpened(door_id=1))
    assert not EventRow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_rollback_leaves_no_event():
    with transaction.atomic():
        publish(DoorOpened(door_id=1), subjects=[Touched("door", 1)])
        transaction.set_rollback(True)
    assert not EventRow.objects.exists()
    assert not Subject.objects.exists()


def test_the_row_says_who_through_which_door_and_from_where(mika):
    with acting(mika, via="web", address="2001:db8::1"):
        row = publish(DoorOpened(door_id=3))
    row.refresh_from_db()
    assert (row.name, row.data) == ("events.DoorOpened", {"door_id": 3})
    assert (row.actor_id, row.via, row.address) == (mika.pk, "web", "2001:db8::1")
    assert (row.cause_id, row.depth) == (None, 0)


def test_a_service_can_say_who_did_it(mika):
    with acting(None, via="api", address="192.0.2.1"):
        row = publish(DoorOpened(door_id=3), by=mika)
    assert (row.actor_id, row.via, row.address) == (mika.pk, "api", "192.0.2.1")


def test_every_touched_record_is_a_subject_with_before_and_after(db, published):
    changes = {"colour": Change("red", "blue"), "price": Change(None, "12.00")}
    publish(
        DoorOpened(door_id=3),
        subjects=[Touched("door", 3, changes), Subject(resource="house", record_id=9)],
    )
    door, house = published.subjects(DoorOpened)
    assert (door.resource, door.record_id) == ("door", 3)
    assert door.changes == {"colour": ["red", "blue"], "price": [None, "12.00"]}
    assert (house.resource, house.record_id, house.changes) == ("house", 9, None)


def test_a_value_the_log_cannot_hold_stops_everything(db):
    with pytest.raises(NotPlain):
        publish(DoorOpened(door_id="front"))
    with pytest.raises(NotPlain):
        publish(DoorOpened(door_id=1), subjects=[Touched("door", 1, {"weight": Change(1.0, float("nan"))})])


def test_a_hundred_thousand_subjects_are_one_event_and_few_statements(db, django_assert_max_num_queries):
    count = 100_000
    with django_assert_max_num_queries(15):
        row = publish(
            CatalogueCounted(ids=tuple(range(count))),
            subjects=(Touched("product", number, {"stock": Change(0, number)}) for number in range(count)),
        )
    assert row.subjects.count() == count
    last = row.subjects.get(record_id=count - 1)
    assert last.changes == {"stock": [0, count - 1]}


def test_changes_survive_the_fast_way_whatever_is_in_them(db):
    awkward = 'tab\t newline\n back\\slash "quote" 日本 \\N'
    subjects = [Touched("note", number, {"text": Change(None, awkward)}) for number in range(500)]
    row = publish(DoorOpened(door_id=1), subjects=[*subjects, Touched("note", 500)])
    assert row.subjects.get(record_id=499).changes == {"text": [None, awkward]}
    assert row.subjects.get(record_id=500).changes is None


def test_handlers_run_at_once_in_the_order_they_registered(db):
    heard = []
    on(DoorOpened)(lambda event: heard.append(("first", event.door_id)))
    on(DoorOpened)(lambda event: heard.append(("second", event.event_id)))
    row = publish(DoorOpened(door_id=5))
    assert heard == [("first", 5), ("second", row.pk)]


def test_what_a_handler_publishes_records_its_cause(mika, published):
    @on(DoorOpened)
    def ring(event):
        publish(BellRang(door_id=event.door_id))

    @on(BellRang)
    def bark(event):
        publish(DogBarked(times=2))

    with acting(mika, via="web"):
        opened = publish(DoorOpened(door_id=1))
        assert current_origin().cause_id is None
    assert published.names == ["events.DoorOpened", "events.BellRang", "events.DogBarked"]
    _, rang, barked = published.rows
    assert (rang.cause_id, rang.depth) == (opened.pk, 1)
    assert (barked.cause_id, barked.depth) == (rang.pk, 2)
    assert barked.actor_id == mika.pk


def test_a_handler_of_the_base_class_hears_everything(db):
    heard = []

    @on(Event)
    def note(event):
        heard.append(event.event_name)

    publish(DoorOpened(door_id=1))
    publish(DogBarked(times=1))
    assert heard == ["events.DoorOpened", "events.DogBarked"]


def test_a_handler_that_fails_undoes_the_event(db, published):
    @on(DoorOpened)
    def fail(event):
        raise RuntimeError("the hinge broke")

    with pytest.raises(RuntimeError, match="hinge"), transaction.atomic():
        publish(DoorOpened(door_id=1))
    assert published.names == []


def test_events_that_cause_each_other_end_with_the_chain_of_names(db):
    @on(DoorOpened)
    def ring(event):
        publish(BellRang(door_id=1))

    @on(BellRang)
    def open_again(event):
        publish(DoorOpened(door_id=1))

    with pytest.raises(EventLoop) as caught, transaction.atomic():
        publish(DoorOpened(door_id=1))
    message = str(caught.value)
    assert message.count("events.DoorOpened") == 9
    assert message.count("events.BellRang") == 9
    assert "events.DoorOpened → events.BellRang → events.DoorOpened" in message


def test_only_events_can_be_listened_to():
    with pytest.raises(TypeError):
        on("events.DoorOpened")
