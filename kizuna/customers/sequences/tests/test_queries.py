"""When a step is due where the person is, and what a sequence has come to."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.base.types.hours import Hours, read_spans
from kizuna.customers.sequences import queries, services
from kizuna.customers.sequences.queries.timing import WORKDAYS
from kizuna.customers.sequences.tests.conftest import made

PARIS, TOKYO = ZoneInfo("Europe/Paris"), ZoneInfo("Asia/Tokyo")
NIGHT = Hours("Europe/Paris", [read_spans("0-24")] * 7)


def due(after: dt.datetime, at_work: Hours, *, days: int = 0, hours: int = 0) -> dt.datetime:
    return queries.due_moment(after, days=days, hours=hours, at_work=at_work).astimezone(ZoneInfo(at_work.zone))


def test_a_day_that_changes_its_clocks_is_one_day_on_the_calendar() -> None:
    saturday = dt.datetime(2026, 10, 24, 8, 0, tzinfo=PARIS)
    assert due(saturday, NIGHT, days=1) == dt.datetime(2026, 10, 25, 8, 0, tzinfo=PARIS)
    assert due(saturday, NIGHT, hours=24) == dt.datetime(2026, 10, 25, 7, 0, tzinfo=PARIS)


def test_an_hour_that_clocks_leave_out_is_the_one_after_it() -> None:
    saturday = dt.datetime(2026, 3, 28, 2, 30, tzinfo=PARIS)
    assert due(saturday, NIGHT, days=1) == dt.datetime(2026, 3, 29, 3, 30, tzinfo=PARIS)


def test_it_is_due_when_people_are_at_work_where_they_are() -> None:
    at_work = queries.hours_in("Asia/Tokyo", WORKDAYS)
    friday_night = dt.datetime(2026, 11, 20, 19, 0, tzinfo=TOKYO)
    assert due(friday_night, at_work) == dt.datetime(2026, 11, 23, 9, 0, tzinfo=TOKYO)
    assert due(friday_night, at_work, days=4) == dt.datetime(2026, 11, 25, 9, 0, tzinfo=TOKYO)


@pytest.mark.django_db
def test_the_usual_hours_of_the_company_are_the_clocks_of_the_person() -> None:
    made("businesshours", name="Office", zone="Asia/Tokyo", is_default=True, monday="10:00-16:00")
    monday_at_dawn = dt.datetime(2026, 11, 23, 5, 0, tzinfo=PARIS)
    found = due(monday_at_dawn, queries.hours_in("Europe/Paris"))
    assert found == dt.datetime(2026, 11, 23, 10, 0, tzinfo=PARIS)


def test_figures_say_how_many_are_where_and_why(sequence, person, haruto) -> None:
    after = sequence()
    people = [person(f"P{number}", owner=haruto) for number in range(4)]
    services.enrol(actor=SYSTEM, sequence=after, people=people)
    services.take_due_steps(now=dt.datetime.now(dt.UTC) + dt.timedelta(days=30))
    made("interaction", contact=people[0].pk, kind="call", direction="in", body="Yes")
    found = queries.figures_of(haruto, after)
    assert (found.enrolled, found.states["running"], found.reasons["answered"]) == (4, 3, 1)
    assert [(one.reached, one.done, one.answered) for one in found.steps] == [(4, 0, 1), (0, 0, 0), (0, 0, 0)]


def test_figures_count_only_people_whom_the_reader_sees(sequence, person, mika, nobody) -> None:
    after = sequence()
    services.enrol(actor=SYSTEM, sequence=after, people=[person("Yoko", owner=mika)])
    assert queries.figures_of(nobody, after).enrolled == 0
