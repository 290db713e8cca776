"""Later handlers: after commit, at least once, on behalf of who caused the event."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from kizuna.base.events import Event, EventLoop, EventRow, acting, current_origin, on, publish
from kizuna.base.events.event import _known
from kizuna.base.events.origin import originating
from kizuna.base.jobs import run_waiting
from kizuna.base.jobs.models import Job, State

pytestmark = pytest.mark.django_db(transaction=True)

heard: list[tuple] = []


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(Event):
    order_id: int


@dataclass(frozen=True, kw_only=True)
class ThanksSent(Event):
    order_id: int


@dataclass(frozen=True, kw_only=True)
class EchoHeard(Event):
    pass


def say_thanks(event):
    origin = current_origin()
    heard.append((event.order_id, event.event_id, origin.actor, origin.via, origin.address))
    with transaction.atomic():
        publish(ThanksSent(order_id=event.order_id))


def print_label(event):
    heard.append(("label", event.order_id))


def stumble_once(event):
    heard.append(event.event_id)
    if len(heard) == 1:
        raise ConnectionError("the printer is off")


def echo(event):
    with transaction.atomic():
        publish(EchoHeard())


@pytest.fixture(autouse=True)
def silence():
    heard.clear()


@pytest.fixture
def mika():
    return get_user_model().objects.create_user("mika@hinata.example", name="Mika")


def test_a_later_handler_runs_only_after_the_commit():
    on(OrderPlaced, later=True)(print_label)
    with transaction.atomic():
        publish(OrderPlaced(order_id=1))
        assert heard == []
    run_waiting()
    assert heard == [("label", 1)]


def test_what_happens_quietly_is_answered_at_once_but_never_later():
    on(OrderPlaced)(lambda event: heard.append("at once"))
    on(OrderPlaced, later=True)(print_label)
    with originating(replace(current_origin(), is_quiet=True)), acting(None), transaction.atomic():
        publish(OrderPlaced(order_id=1))
    assert run_waiting() == []
    assert heard == ["at once"]
    assert EventRow.objects.filter(name="events.OrderPlaced").count() == 1


def test_no_job_is_made_where_there_is_nothing_to_do():
    on(OrderPlaced, later=True, when=lambda event: event.order_id > 1)(print_label)
    with transaction.atomic():
        publish(OrderPlaced(order_id=1))
        publish(OrderPlaced(order_id=2))
    assert Job.objects.count() == 1
    run_waiting()
    assert heard == [("label", 2)]


def test_what_was_rolled_back_is_never_handled():
    on(OrderPlaced, later=True)(print_label)
    with transaction.atomic():
        publish(OrderPlaced(order_id=1))
        transaction.set_rollback(True)
    assert run_waiting() == []
    assert heard == []


def test_each_handler_gets_its_own_job():
    on(OrderPlaced, later=True)(print_label)
    on(OrderPlaced, later=True)(say_thanks)
    with transaction.atomic():
        row = publish(OrderPlaced(order_id=1))
    arguments = list(Job.objects.order_by("id").values_list("arguments", "event_id"))
    assert [event_id for _, event_id in arguments] == [row.pk, row.pk]
    assert [given["handler"] for given, _ in arguments] == [f"{__name__}.print_label", f"{__name__}.say_thanks"]


def test_the_job_acts_for_whoever_caused_the_event_and_records_the_cause(mika):
    on(OrderPlaced, later=True)(say_thanks)
    with acting(mika, via="web", address="192.0.2.7"), transaction.atomic():
        placed = publish(OrderPlaced(order_id=42))
    run_waiting()
    assert heard == [(42, placed.pk, mika, "web", "192.0.2.7")]
    thanked = EventRow.objects.get(name="events.ThanksSent")
    assert (thanked.cause_id, thanked.depth) == (placed.pk, 1)
    assert (thanked.actor_id, thanked.via, thanked.address) == (mika.pk, "web", "192.0.2.7")
    assert current_origin().actor_id is None


def test_a_handler_that_failed_runs_again_with_the_same_event():
    on(OrderPlaced, later=True)(stumble_once)
    with transaction.atomic():
        row = publish(OrderPlaced(order_id=1))
    run_waiting()
    assert heard == [row.pk]
    run_waiting(now=timezone.now() + timedelta(hours=1))
    assert heard == [row.pk, row.pk]


def test_a_circle_through_jobs_is_broken_too():
    on(EchoHeard, later=True)(echo)
    with transaction.atomic():
        publish(EchoHeard())
    jobs = run_waiting()
    assert EventRow.objects.filter(name="events.EchoHeard").count() == 17
    assert jobs[-1].state == State.DEAD
    assert EventLoop.__name__ in jobs[-1].error
    assert "events.EchoHeard → events.EchoHeard" in jobs[-1].error


def test_a_handler_whose_room_is_gone_fails_with_its_name(monkeypatch):
    on(OrderPlaced, later=True)(print_label)
    with transaction.atomic():
        publish(OrderPlaced(order_id=1))
    monkeypatch.delitem(_known, "events.OrderPlaced")
    (job,) = run_waiting()
    assert "No installed room publishes events.OrderPlaced" in job.error


def test_a_function_inside_a_function_cannot_run_later():
    with pytest.raises(TypeError, match="finds its handler by name"):
        on(OrderPlaced, later=True)(lambda event: None)


def test_a_handler_cannot_be_registered_twice():
    on(OrderPlaced, later=True)(print_label)
    with pytest.raises(TypeError, match="twice"):
        on(OrderPlaced, later=True)(print_label)
