"""The log is followed in whatever order transactions commit."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.db import connection, connections, transaction

from kizuna.base.events import Event, EventRow, publish
from kizuna.base.jobs.tests.deadline import until
from kizuna.base.live import log
from kizuna.base.live.log import Place


@dataclass(frozen=True, kw_only=True)
class BellRang(Event):
    """Something that happens to nobody."""


def ring() -> int:
    with transaction.atomic():
        return publish(BellRang()).pk


@contextmanager
def unfinished(*, keep: bool = True) -> Iterator[Callable[[], int]]:
    """A transaction elsewhere that has published and not committed; calling what it gives ends it."""
    published, finish = threading.Event(), threading.Event()
    ids: list[int] = []

    def work() -> None:
        try:
            with transaction.atomic():
                ids.append(publish(BellRang()).pk)
                published.set()
                finish.wait(60)
                if not keep:
                    transaction.set_rollback(True)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    assert published.wait(60)

    def end() -> int:
        finish.set()
        thread.join()
        return ids[0]

    try:
        yield end
    finally:
        end()


@pytest.fixture
def postgresql(transactional_db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer: ids are seen in the order they are given")


def test_a_place_is_a_word_and_back() -> None:
    place = Place(105, (103, 98))
    assert Place.parse(str(place)) == place
    assert [Place.parse(word) for word in ("", "x", "1.-2", "9" * 30, "1.2.")] == [None] * 5


@pytest.mark.django_db
def test_each_event_is_read_once_and_in_order() -> None:
    state = log.begin()
    ids = [ring(), ring()]
    found, state = log.read(state)
    assert [entry.id for entry in found] == ids
    found, state = log.read(state)
    assert found == []


@pytest.mark.django_db
def test_a_batch_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "BATCH", 2)
    state = log.begin()
    ids = [ring() for _number in range(3)]
    first, state = log.read(state)
    second, state = log.read(state)
    assert [entry.id for entry in first + second] == ids


@pytest.mark.usefixtures("postgresql")
def test_an_event_that_is_committed_after_a_later_one_is_not_missed() -> None:
    state = log.begin()
    with unfinished() as end:
        later = ring()
        found, state = log.read(state)
        assert [entry.id for entry in found] == [later]
        earlier = end()
    assert earlier in state.place.holes
    found, state = log.read(state)
    assert [entry.id for entry in found] == [earlier]
    assert earlier not in state.place.holes
    assert log.read(state)[0] == []


@pytest.mark.usefixtures("postgresql")
def test_who_comes_back_gets_what_was_in_the_hole_and_nothing_else_again() -> None:
    state = log.begin()
    with unfinished() as end:
        ring()
        _found, state = log.read(state)
        place = state.place
        earlier = end()
    _found, state = log.read(state)
    assert [entry.id for entry in log.between(place, state.place) or ()] == [earlier]


@pytest.mark.usefixtures("postgresql")
def test_a_process_that_starts_meanwhile_knows_of_the_hole() -> None:
    ring()
    with unfinished() as end:
        ring()
        state = log.begin()
        earlier = end()
    found, _state = log.read(state)
    assert earlier in [entry.id for entry in found]


@pytest.mark.usefixtures("postgresql")
def test_a_hole_that_nothing_will_fill_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "CALM_SECONDS", 0.0)
    state = log.begin()
    with unfinished(keep=False) as end:
        ring()
        _found, state = log.read(state)
        assert state.holes
        _found, state = log.read(state)
        assert state.holes, "its transaction still runs"
        end()

    def given_up() -> bool:
        nonlocal state
        _found, state = log.read(state)
        return not state.holes

    until(given_up)
    assert EventRow.objects.count() == 1
