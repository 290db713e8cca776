"""Sums of days while others work: two workers, and orders that arrive while they add up."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from kizuna.base.jobs.tests.deadline import until
from kizuna.customers.orders import services
from kizuna.customers.orders.models import DaySales, TouchedDay
from kizuna.customers.orders.services import days as adding
from kizuna.customers.orders.tests.test_days import counted, sell, told

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time"),
]
NOON = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0) - dt.timedelta(days=3)
SINCE, UNTIL = NOON - dt.timedelta(days=9), NOON + dt.timedelta(days=2)


class Worker(threading.Thread):
    """A connection of its own; `backend` is how PostgreSQL calls it."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__()
        self.work, self.backend = work, 0
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            connection.ensure_connection()
            self.backend = connection.connection.info.backend_pid
            self.work()
        except BaseException as error:
            self.error = error
        finally:
            connections.close_all()

    def waits_or_is_through(self) -> bool:
        """Whether it is through, or waits for what another holds."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT wait_event_type FROM pg_stat_activity WHERE pid = %s", [self.backend])
            found = cursor.fetchone()
        return not self.is_alive() or found == ("Lock",)

    def ended(self) -> None:
        self.join(60)
        assert not self.is_alive()
        assert self.error is None, self.error


class Halt:
    """Where a worker stops until it may go on; whoever comes after it does not stop."""

    def __init__(self) -> None:
        self.reached, self.may_go = threading.Event(), threading.Event()

    def __call__(self) -> None:
        if not self.reached.is_set():
            self.reached.set()
            assert self.may_go.wait(60)


@pytest.fixture
def halt(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Halt]]:
    """`halt(after="_taken_off")`: the first worker stops when that is done; `before` likewise."""
    made: list[Halt] = []

    def make(*, after: str = "", before: str = "") -> Halt:
        halt, name = Halt(), after or before
        real = getattr(adding, name)
        made.append(halt)

        def stopping(*given: Any) -> Any:
            if before:
                halt()
            found = real(*given)
            if after:
                halt()
            return found

        monkeypatch.setattr(adding, name, stopping)
        return halt

    yield make
    for one in made:
        one.may_go.set()


@contextmanager
def adding_up(halt: Halt, work: Callable[[], Any] = services.add_up_days) -> Iterator[None]:
    """What happens while a worker stands there."""
    worker = Worker(work)
    worker.start()
    assert halt.reached.wait(60)
    yield
    halt.may_go.set()
    worker.ended()


def assert_sums_tell_what_counting_tells(actor: Any) -> None:
    assert told(actor, SINCE, UNTIL) == counted(actor, SINCE, UNTIL)


@pytest.mark.parametrize("place", [{"after": "_taken_off"}, {"after": "_add_up"}])
def test_an_order_that_is_stored_while_its_day_is_added_up_is_told(place, halt, web, alice) -> None:
    sell(web, 500, NOON)
    with adding_up(halt(**place)):
        sell(web, 70, NOON)
        assert_sums_tell_what_counting_tells(alice)
    assert_sums_tell_what_counting_tells(alice)
    services.add_up_days()
    assert not TouchedDay.objects.exists()
    assert_sums_tell_what_counting_tells(alice)
    assert services.look_over_days() == 0


def test_an_order_that_is_committed_while_its_day_is_added_up_is_told(halt, web, alice) -> None:
    """It was stored before, in a transaction that nobody else saw."""
    sell(web, 500, NOON)
    stored = Halt()

    @transaction.atomic
    def sell_slowly() -> None:
        sell(web, 70, NOON)
        stored()

    slow = Worker(sell_slowly)
    slow.start()
    assert stored.reached.wait(60)
    with adding_up(halt(after="_add_up")):
        stored.may_go.set()
        slow.ended()
        assert_sums_tell_what_counting_tells(alice)
    assert_sums_tell_what_counting_tells(alice)
    services.add_up_days()
    assert_sums_tell_what_counting_tells(alice)
    assert services.look_over_days() == 0


def test_what_the_night_mends_is_not_added_up_by_another_at_the_same_time(halt, web, alice) -> None:
    sell(web, 500, NOON)
    services.add_up_days()
    DaySales.objects.update(orders=41)
    worker = Worker(services.add_up_days)
    with adding_up(halt(before="_add_up"), services.look_over_days):
        sell(web, 8, NOON)
        worker.start()
        until(lambda: worker.backend and worker.waits_or_is_through())
    worker.ended()
    assert DaySales.objects.get().orders == 2
    assert_sums_tell_what_counting_tells(alice)


def test_two_workers_at_once_add_each_day_up_once(halt, web, alice) -> None:
    sell(web, 500, NOON)
    services.add_up_days()
    sell(web, 70, NOON)
    first = halt(before="_add_up")
    second = Worker(services.add_up_days)
    with adding_up(first):
        sell(web, 8, NOON)  # its day is on the list again: the second worker has it to add up, too
        second.start()
        until(lambda: second.backend and second.waits_or_is_through())
        assert_sums_tell_what_counting_tells(alice)
    second.ended()
    assert not TouchedDay.objects.exists()
    assert (DaySales.objects.get().orders, services.look_over_days()) == (3, 0)
    assert_sums_tell_what_counting_tells(alice)
