"""Every tick happens once, however many workers watch the clock."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from kizuna.base.jobs import every, run_waiting, schedules
from kizuna.base.jobs.models import Job, Schedule
from kizuna.base.jobs.schedules import Timetable, Timing
from kizuna.base.jobs.tests import chores

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def empty_timetable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "_timings", {})


@pytest.fixture
def language_here_every_five_minutes(db: None) -> Timetable:
    every(minutes=5)(chores.language_here)
    timetable = Timetable()
    timetable.load(now=MONDAY)
    return timetable


@pytest.fixture
def tokyo(settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"


def ring() -> str:
    """Something to run again and again."""
    return "ring"


@pytest.mark.parametrize(
    ("timing", "moment", "expected"),
    [
        (Timing(minutes=5), "2026-11-23T09:00", "2026-11-23T09:05"),
        (Timing(minutes=5), "2026-11-23T09:04:59.9", "2026-11-23T09:05"),
        (Timing(minutes=0.5), "2026-11-23T09:00", "2026-11-23T09:00:30"),
        (Timing(minutes=1440), "2026-11-23T09:00", "2026-11-24T00:00"),
        (Timing(cron="0 3 * * *"), "2026-11-23T03:00", "2026-11-24T03:00"),
        (Timing(cron="*/15 9-17 * * MON-FRI"), "2026-11-20T17:45", "2026-11-23T09:00"),
        (Timing(cron="0 0 29 2 *"), "2026-11-23T09:00", "2028-02-29T00:00"),
    ],
)
def test_the_next_tick_is_the_first_after_the_moment(timing: Timing, moment: str, expected: str) -> None:
    assert timing.next_after(datetime.fromisoformat(moment + "+00:00")) == datetime.fromisoformat(expected + "+00:00")


def test_a_cron_line_is_read_in_the_time_zone_of_the_server(tokyo: None) -> None:
    assert Timing(cron="0 3 * * *").next_after(MONDAY) == datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def test_three_in_the_morning_comes_once_on_the_days_the_clocks_change(settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    nightly = Timing(cron="30 2 * * *")
    for day in (datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)):
        first = nightly.next_after(day)
        assert nightly.next_after(first) - first > timedelta(hours=20)


@pytest.mark.parametrize(
    "timing", [{}, {"minutes": 5, "cron": "* * * * *"}, {"minutes": 0}, {"cron": "whenever"}, {"cron": "0 0 30 2 *"}]
)
def test_a_timing_that_makes_no_sense_is_refused_where_it_is_written(timing: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        every(**timing)


@pytest.mark.django_db
def test_a_plain_function_becomes_a_task_of_its_schedule() -> None:
    periodic = every(cron="0 3 * * *")(ring)
    periodic.enqueue()
    Timetable().load(now=MONDAY)
    assert Schedule.objects.get().name == "kizuna.base.jobs.tests.test_schedules.ring"
    assert str(Schedule.objects.get()) == "kizuna.base.jobs.tests.test_schedules.ring (cron 0 3 * * *)"


def test_a_schedule_fires_at_its_time_and_not_before(language_here_every_five_minutes: Timetable) -> None:
    assert language_here_every_five_minutes.fire(now=MONDAY + 4 * MINUTE) == 0
    assert language_here_every_five_minutes.fire(now=MONDAY + 5 * MINUTE) == 1
    assert language_here_every_five_minutes.fire(now=MONDAY + 5 * MINUTE) == 0
    assert Schedule.objects.get().next_at == MONDAY + 10 * MINUTE
    assert [job.result for job in run_waiting()] == ["en"]


def test_ticks_missed_while_no_worker_ran_count_as_one(language_here_every_five_minutes: Timetable) -> None:
    assert language_here_every_five_minutes.fire(now=MONDAY + 63 * MINUTE) == 1
    assert Schedule.objects.get().next_at == MONDAY + 65 * MINUTE


def test_a_tick_is_left_out_while_the_job_of_the_last_one_waits(language_here_every_five_minutes: Timetable) -> None:
    assert language_here_every_five_minutes.fire(now=MONDAY + 5 * MINUTE) == 1
    assert language_here_every_five_minutes.fire(now=MONDAY + 10 * MINUTE) == 0
    run_waiting()
    assert language_here_every_five_minutes.fire(now=MONDAY + 15 * MINUTE) == 1
    assert Job.objects.count() == 2


def test_two_timetables_fire_one_tick_once(language_here_every_five_minutes: Timetable) -> None:
    other = Timetable()
    other.load(now=MONDAY)
    assert language_here_every_five_minutes.fire(now=MONDAY + 5 * MINUTE) == 1
    assert other.fire(now=MONDAY + 5 * MINUTE) == 0
    assert other.next_at == MONDAY + 10 * MINUTE


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_the_same_moment_fire_one_tick_once() -> None:
    every(minutes=5)(chores.language_here)
    Timetable().load(now=MONDAY)
    together, fired = threading.Barrier(4), []

    def watch() -> None:
        timetable = Timetable()
        timetable.load(now=MONDAY)
        together.wait()
        fired.append(timetable.fire(now=MONDAY + 5 * MINUTE))
        connections.close_all()

    watchers = [threading.Thread(target=watch) for _ in range(4)]
    for watcher in watchers:
        watcher.start()
    for watcher in watchers:
        watcher.join()
    assert sorted(fired) == [0, 0, 0, 1]
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_the_rows_follow_the_code() -> None:
    Schedule.objects.create(name="gone.altogether", timing="every 1 minutes", next_at=MONDAY)
    every(minutes=5)(chores.language_here)
    Timetable().load(now=MONDAY)
    assert [schedule.name for schedule in Schedule.objects.all()] == [chores.language_here.module_path]
    Timetable().load(now=MONDAY + 3 * MINUTE)
    assert Schedule.objects.get().next_at == MONDAY + 5 * MINUTE
    every(minutes=60)(chores.language_here)
    Timetable().load(now=MONDAY + 4 * MINUTE)
    assert (Schedule.objects.get().timing, Schedule.objects.get().next_at) == ("every 60 minutes", MONDAY + 60 * MINUTE)
