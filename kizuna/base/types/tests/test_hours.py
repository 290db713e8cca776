"""Business hours: what lies between two moments, where clocks change and holidays stand between."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna.base.types.errors import Malformed
from kizuna.base.types.hours import Hours, read_holidays, read_spans, write_spans

TOKYO, PARIS = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Paris")
OFFICE = read_spans("9:00-12:00, 13:00-18:00")
WEEK = [OFFICE] * 5 + [[], []]
MONDAY_OFF = Hours("Asia/Tokyo", WEEK, frozenset({dt.date(2026, 11, 23)}))


def at(zone: ZoneInfo, year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=zone)


def test_friday_evening_with_a_free_monday_is_due_on_tuesday() -> None:
    asked = at(TOKYO, 2026, 11, 20, 17, 50)
    assert MONDAY_OFF.after(asked, dt.timedelta(hours=4)) == at(TOKYO, 2026, 11, 24, 13, 50)


def test_a_pause_of_an_hour_moves_it_by_an_hour() -> None:
    due = MONDAY_OFF.after(at(TOKYO, 2026, 11, 20, 17, 50), dt.timedelta(hours=4 + 1))
    assert due == at(TOKYO, 2026, 11, 24, 14, 50)


def test_who_asks_at_night_is_answered_in_the_morning() -> None:
    assert MONDAY_OFF.after(at(TOKYO, 2026, 11, 25, 3), dt.timedelta(minutes=30)) == at(TOKYO, 2026, 11, 25, 9, 30)
    assert MONDAY_OFF.after(at(TOKYO, 2026, 11, 25, 12, 10), dt.timedelta()) == at(TOKYO, 2026, 11, 25, 12, 10)


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 6, 1), 24)])
def test_a_day_is_as_long_as_it_is_where_clocks_change(day: tuple[int, int, int], hours: int) -> None:
    always = Hours("Europe/Paris", [read_spans("0-24")] * 7)
    start = at(PARIS, *day)
    end = at(PARIS, *day) + dt.timedelta(days=1)
    assert always.after(start, dt.timedelta(hours=hours)) == end


def test_an_hour_that_does_not_exist_is_no_hour_and_one_that_comes_twice_is_two() -> None:
    night = Hours("Europe/Paris", [read_spans("2-3")] * 7)
    assert night.open(dt.date(2026, 3, 29)) == []
    [(opened, closed)] = night.open(dt.date(2026, 10, 25))
    assert closed - opened == dt.timedelta(hours=2)


def test_nobody_waits_for_those_who_never_open() -> None:
    assert Hours("Asia/Tokyo", [[]] * 7).after(at(TOKYO, 2026, 11, 25, 9), dt.timedelta(minutes=1)) is None


def test_they_are_open_or_not() -> None:
    assert MONDAY_OFF.is_open(at(TOKYO, 2026, 11, 20, 9))
    assert not MONDAY_OFF.is_open(at(TOKYO, 2026, 11, 20, 12))
    assert not MONDAY_OFF.is_open(at(TOKYO, 2026, 11, 23, 10))


def open_between(hours: Hours, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
    days = [start.date() + dt.timedelta(days=number) for number in range(-1, (end - start).days + 3)]
    intervals = [interval for day in days for interval in hours.open(day)]
    return sum(
        (max(dt.timedelta(), min(closed, end) - max(opened, start)) for opened, closed in intervals), dt.timedelta()
    )


@given(st.integers(0, 20_000), st.integers(0, 6_000))
@settings(max_examples=60)
def test_what_is_waited_for_has_elapsed_then(after: int, minutes: int) -> None:
    start = at(PARIS, 2026, 3, 20).astimezone(dt.UTC) + dt.timedelta(minutes=after)
    hours = Hours("Europe/Paris", WEEK, frozenset({dt.date(2026, 4, 6)}))
    due = hours.after(start, dt.timedelta(minutes=minutes))
    assert due is not None
    assert open_between(hours, start, due) == dt.timedelta(minutes=minutes)


def test_hours_are_read_as_people_write_them() -> None:
    assert write_spans(read_spans("9–12、13:30 - 24:00")) == "9:00-12:00, 13:30-24:00"
    assert read_spans(" ") == []
    assert read_spans(write_spans(OFFICE)) == OFFICE
    for wrong in ("nine to five", "9-8", "9-12, 11-13", "25-26", "9-24, 23-24", "9:70-10"):
        with pytest.raises(Malformed):
            read_spans(wrong)


def test_holidays_are_days_with_names() -> None:
    assert read_holidays("2027-01-01\u3000元日\n\n2027-01-02") == {dt.date(2027, 1, 1): "元日", dt.date(2027, 1, 2): ""}
    with pytest.raises(Malformed):
        read_holidays("New Year")


def test_who_comes_at_night_is_served_when_they_open_next() -> None:
    friday_night = at(TOKYO, 2026, 11, 20, 20)
    assert MONDAY_OFF.next_open(friday_night) == at(TOKYO, 2026, 11, 24, 9)
    assert MONDAY_OFF.next_open(at(TOKYO, 2026, 11, 20, 10)) == at(TOKYO, 2026, 11, 20, 10)
    assert Hours("Asia/Tokyo", [[]] * 7).next_open(friday_night) is None


def test_working_days_are_those_on_which_they_open() -> None:
    friday = dt.date(2026, 11, 20)
    days = [MONDAY_OFF.working_day(friday, count) for count in (0, 1, 2)]
    assert days == [friday, dt.date(2026, 11, 24), dt.date(2026, 11, 25)]
    assert MONDAY_OFF.working_day(dt.date(2026, 11, 21), 0) == dt.date(2026, 11, 24)
