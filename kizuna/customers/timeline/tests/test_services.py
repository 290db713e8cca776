"""Done, and to be done again."""

import datetime as dt

import pytest
from django.db import transaction

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.records.history import history
from kizuna.base.types.errors import Denied, Missing
from kizuna.customers.timeline import services
from kizuna.customers.timeline.events import TaskCompleted, TaskReopened


@pytest.fixture
def call_back(make, haruto):
    return make("task", title="Call back", owner=haruto)


def test_a_task_is_done_at_a_moment_and_by_somebody(haruto, call_back, published) -> None:
    done = services.complete_task(actor=haruto, task=call_back)
    call_back.refresh_from_db()
    assert call_back.is_done
    assert (call_back.updated_by_id, call_back.version) == (haruto.pk, 2)
    assert published.one(TaskCompleted).task_id == done.pk
    entry = history(actor=haruto, record=call_back)[0]
    assert (entry.name, entry.actor_id) == ("timeline.TaskCompleted", haruto.pk)
    assert entry.changes["done_at"][0] is None


def test_what_is_done_leaves_the_agenda_until_it_is_opened_again(haruto, make) -> None:
    visit = make("task", title="Visit", owner=haruto, due_on="2026-12-01")
    assert visit.to_do_on == dt.date(2026, 12, 1)
    assert services.complete_task(actor=haruto, task=visit).to_do_on is None
    assert services.reopen_task(actor=haruto, task=visit).to_do_on == dt.date(2026, 12, 1)


def test_done_is_done_only_once(haruto, call_back, published) -> None:
    services.complete_task(actor=haruto, task=call_back)
    moment = services.complete_task(actor=haruto, task=call_back).done_at
    call_back.refresh_from_db()
    assert call_back.done_at == moment
    assert len(published.of(TaskCompleted)) == 1


def test_a_task_can_be_opened_again(haruto, call_back, published) -> None:
    services.reopen_task(actor=haruto, task=call_back)
    assert published.of(TaskReopened) == []
    services.complete_task(actor=haruto, task=call_back)
    services.reopen_task(actor=haruto, task=call_back)
    call_back.refresh_from_db()
    assert not call_back.is_done
    assert published.one(TaskReopened).task_id == call_back.pk


def test_a_task_in_the_trash_cannot_be_done(alice, call_back) -> None:
    records.delete(actor=SYSTEM, record=call_back)
    with pytest.raises(Missing), transaction.atomic():
        services.complete_task(actor=alice, task=call_back)


def test_strangers_and_readers_leave_it_alone(carol, victor, call_back) -> None:
    for actor in (carol, victor):
        with pytest.raises((Denied, Missing)), transaction.atomic():
            services.complete_task(actor=actor, task=call_back)
    call_back.refresh_from_db()
    assert not call_back.is_done


def test_the_button_is_offered_where_it_makes_sense(haruto, call_back) -> None:
    assert services.complete_task.fits(call_back)
    assert not services.reopen_task.fits(call_back)
