"""Tasks at a time of day, again and again, and reminded of in time."""

import datetime as dt
import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.identity.services import users
from kizuna.base.jobs import run_waiting
from kizuna.base.notifications import webpush
from kizuna.base.notifications.models import Browser
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Invalid, Refused
from kizuna.customers.timeline import services
from kizuna.customers.timeline.events import TaskDue, TaskReminderDue
from kizuna.customers.timeline.models import Task

NOVEMBER = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)  # a Friday, noon in Tokyo


@pytest.fixture(autouse=True)
def today(monkeypatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOVEMBER)


@pytest.fixture
def haruto(haruto):
    haruto.time_zone = "Asia/Tokyo"
    haruto.save()
    return haruto


@pytest.fixture
def add(haruto):
    def create(title: str = "Count the stock", **values) -> Any:
        given = {"title": title, "due_on": "2026-11-20", **values}
        return records.create(actor=haruto, resource=registry.get("task"), values=given)

    return create


def open_tasks() -> list[Any]:
    return list(Task.objects.live().filter(done_at=None).order_by("due_on").values_list("due_on", flat=True))


# ── time of day ──


def test_a_time_is_what_the_clock_shows_where_it_was_typed(add, haruto) -> None:
    task = add(due_time="15:30")
    assert (task.due_time, task.due_zone) == (dt.time(15, 30), "Asia/Tokyo")
    assert task.due_at == dt.datetime(2026, 11, 20, 6, 30, tzinfo=dt.UTC)
    field = registry.get("task").fields["due_time"]
    assert field.to_text(field.read(task), Reader.of(haruto)) == "15:30"
    assert field.to_text(field.read(task), Reader(None)) == "15:30 Asia/Tokyo"


def test_a_colleague_elsewhere_changes_the_time_and_not_the_place(add, alice) -> None:
    task = records.update(actor=alice, record=add(due_time="15:30"), changes={"due_time": "16:00"})
    assert (task.due_time, task.due_zone) == (dt.time(16), "Asia/Tokyo")
    moved = records.update(actor=alice, record=task, changes={"due_time": {"time": "16:00", "zone": "Europe/Paris"}})
    assert moved.due_at == dt.datetime(2026, 11, 20, 15, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"due_on": None, "due_time": "09:00"}, ""),
        ({"due_on": None, "repeats": "FREQ=DAILY"}, ""),
        ({"due_time": "25:00"}, "due_time"),
        ({"due_time": {"time": "09:00", "zone": "Mars/Olympus"}}, "due_time"),
        ({"repeats": "now and then"}, "repeats"),
        ({"reminders": ["3y"]}, "reminders"),
        ({"priority": 5}, "priority"),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(add, given, field) -> None:
    with pytest.raises(Invalid) as refused, transaction.atomic():
        add(**given)
    assert field in refused.value.errors


def test_the_database_knows_four_priorities(db) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.create(title="Call", priority=9)


def test_late_is_a_question_of_where_one_is(add) -> None:
    task = add()
    assert not task.is_late(NOVEMBER, dt.date(2026, 11, 20))
    assert task.is_late(NOVEMBER, dt.date(2026, 11, 21))
    assert add(due_time="11:59").is_late(NOVEMBER, dt.date(2026, 11, 20))


# ── again and again ──


def test_completing_makes_the_next_one_once(add, haruto) -> None:
    task = add(repeats="every week", priority=4, reminders=["1d"], due_time="09:00")
    services.complete_task(actor=haruto, task=task)
    services.reopen_task(actor=haruto, task=task)
    services.complete_task(actor=haruto, task=task)
    following = Task.objects.get(done_at=None)
    assert following.due_on == dt.date(2026, 11, 27)
    assert (following.title, following.priority, following.reminders) == (task.title, 4, ["1d"])
    assert (following.owner_id, following.created_by_id) == (haruto.pk, None)
    assert following.due_at == dt.datetime(2026, 11, 27, 0, tzinfo=dt.UTC)


def test_two_next_ones_cannot_be(add, haruto) -> None:
    task = add(repeats="every week")
    services.complete_task(actor=haruto, task=task)
    with pytest.raises(IntegrityError), transaction.atomic():
        task.following(dt.date(2026, 12, 4)).save()


def test_what_is_not_done_after_all_has_no_next_one(add, haruto) -> None:
    task = add(repeats="every week")
    with transaction.atomic():
        services.complete_task(actor=haruto, task=task)
        transaction.set_rollback(True)
    assert open_tasks() == [dt.date(2026, 11, 20)]


def test_days_that_are_over_are_not_made_up_for(add, haruto) -> None:
    services.complete_task(actor=haruto, task=add(due_on="2026-11-01", repeats="every day"))
    assert open_tasks() == [dt.date(2026, 11, 20)]


def test_a_snoozed_task_keeps_the_rhythm_of_its_series(add, haruto) -> None:
    task = services.snooze_task(actor=haruto, task=add(repeats="every week on Friday", due_time="09:00"))
    assert (task.due_on, task.due_time) == (dt.date(2026, 11, 21), dt.time(9))
    services.complete_task(actor=haruto, task=task)
    assert open_tasks() == [dt.date(2026, 11, 27)]


def test_a_skipped_day_is_left_out(add, haruto) -> None:
    task = add(repeats="every week")
    services.skip_task(actor=haruto, task=task, day=dt.date(2026, 11, 27))
    assert open_tasks() == [dt.date(2026, 11, 20)]
    assert services.skip_task(actor=haruto, task=task).due_on == dt.date(2026, 12, 4)
    with pytest.raises(Refused), transaction.atomic():
        services.skip_task(actor=haruto, task=task, day=dt.date(2026, 11, 20))


def test_the_last_of_a_series_has_no_next_one(add, haruto) -> None:
    services.complete_task(actor=haruto, task=add(repeats="every day, 2 times"))
    last = Task.objects.get(done_at=None)
    with pytest.raises(Refused), transaction.atomic():
        services.skip_task(actor=haruto, task=last)
    services.complete_task(actor=haruto, task=last)
    assert open_tasks() == []


def test_a_series_can_be_ended(add, haruto) -> None:
    task = services.end_series(actor=haruto, task=add(repeats="every day"))
    services.complete_task(actor=haruto, task=task)
    assert open_tasks() == []


def test_another_rule_begins_another_series(add, haruto) -> None:
    task = add(repeats="every day, 2 times")
    services.complete_task(actor=haruto, task=task)
    changed = records.update(actor=haruto, record=Task.objects.get(done_at=None), changes={"repeats": "every week"})
    assert (changed.series_from, changed.series_on) == (changed.due_on, changed.due_on)


def test_a_weekly_task_at_nine_stays_at_nine(add, haruto) -> None:
    paris = {"time": "09:00", "zone": "Europe/Paris"}
    task = add(due_on="2027-03-22", due_time=paris, repeats="FREQ=WEEKLY")
    services.complete_task(actor=haruto, task=task)
    following = Task.objects.get(done_at=None)
    assert (task.due_at.hour, following.due_at.hour, following.due_time) == (8, 7, dt.time(9))


# ── reminders ──


def test_who_asked_is_reminded_once_in_their_own_morning(add, haruto, published) -> None:
    add(due_on="2026-11-22", reminders=["1d"])
    morning = dt.datetime(2026, 11, 21, 0, 0, tzinfo=dt.UTC)  # nine in Tokyo
    assert services.ring_alarms(now=morning - dt.timedelta(minutes=1)) == 0
    assert services.ring_alarms(now=morning) == 1
    assert services.ring_alarms(now=morning) == 0
    assert published.one(TaskReminderDue).user_id == haruto.pk


def test_a_reminder_is_shown_in_the_browsers_that_somebody_let_in(add, haruto, monkeypatch) -> None:
    sent: list[bytes] = []

    def send(message: bytes, address: webpush.Address, *, topic: str) -> int:
        sent.append(message)
        return 201

    monkeypatch.setattr(webpush, "send", send)
    Browser.objects.create(user=haruto, digest="1", endpoint="https://fcm.googleapis.com/1", name="Chrome, Android")
    add(title="Ring the roofer", due_on="2026-11-22", reminders=["1d"])
    services.ring_alarms(now=dt.datetime(2026, 11, 21, 0, 0, tzinfo=dt.UTC))
    for _time in range(2):
        run_waiting()
    assert [json.loads(one)["title"] for one in sent] == ["It is time for: Ring the roofer"]


def test_several_that_nobody_heard_are_said_as_one(add, published) -> None:
    add(due_time="18:00", reminders=["1h", "10m", "0m"])
    services.ring_alarms(now=NOVEMBER + dt.timedelta(days=3))
    assert len(published.of(TaskReminderDue)) == 1
    assert published.one(TaskDue).due_at == dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)


def test_minutes_are_minutes_and_days_are_days_on_the_calendar(add) -> None:
    paris = {"time": "09:00", "zone": "Europe/Paris"}
    alarms = add(due_on="2027-03-28", due_time=paris, reminders=["1d", "30m"]).alarms()
    assert alarms["1d"] == dt.datetime(2027, 3, 27, 8, tzinfo=dt.UTC)
    assert alarms["30m"] == dt.datetime(2027, 3, 28, 6, 30, tzinfo=dt.UTC)


def test_nobody_is_reminded_of_what_is_done_or_deleted(add, haruto, published) -> None:
    services.complete_task(actor=haruto, task=add(due_time="18:00", reminders=["10m"]))
    records.delete(actor=SYSTEM, record=add(due_time="18:00", reminders=["10m"]))
    assert services.ring_alarms(now=NOVEMBER + dt.timedelta(days=3)) == 0
    assert published.of(TaskReminderDue) == []


def test_a_change_in_the_last_minute_forgets_no_reminder(add, haruto, monkeypatch, published) -> None:
    task = add(due_time="18:00", reminders=["1h"])
    now = dt.datetime(2026, 11, 20, 8, 0, 30, tzinfo=dt.UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    records.update(actor=haruto, record=task, changes={"body": "In both shops."})
    services.ring_alarms(now=now)
    assert len(published.of(TaskReminderDue)) == 1


def test_who_moves_is_reminded_by_the_clocks_there(add, haruto) -> None:
    task = add(due_on="2026-11-22", reminders=["0m"])
    users.update_profile(actor=haruto, user=haruto, changes={"time_zone": "Europe/Paris"})
    run_waiting()
    task.refresh_from_db()
    assert task.next_alarm_at == dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC)
