"""Last week is last week wherever one is, also when the clocks change."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna.base.types import periods
from kizuna.base.types.errors import Malformed

ZONES = st.sampled_from(
    ["UTC", "Asia/Tokyo", "Asia/Seoul", "Europe/Paris", "America/Sao_Paulo", "America/Havana", "Asia/Beirut",
     "Pacific/Apia", "Pacific/Kiritimati", "America/Los_Angeles", "Australia/Lord_Howe", "Africa/Cairo"]
)  # fmt: skip
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC))
NAMES = st.sampled_from([*periods.LABELS, "last_1_days", "last_30_days", "next_7_days"])
SATURDAY = datetime(2026, 2, 28, 16, 0, tzinfo=UTC)  # already Sunday 1 March in Tokyo


@pytest.mark.parametrize(
    ("name", "first", "end"),
    [
        ("today", date(2026, 3, 1), date(2026, 3, 2)),
        ("yesterday", date(2026, 2, 28), date(2026, 3, 1)),
        ("tomorrow", date(2026, 3, 2), date(2026, 3, 3)),
        ("this_week", date(2026, 2, 23), date(2026, 3, 2)),
        ("last_week", date(2026, 2, 16), date(2026, 2, 23)),
        ("next_week", date(2026, 3, 2), date(2026, 3, 9)),
        ("this_month", date(2026, 3, 1), date(2026, 4, 1)),
        ("last_month", date(2026, 2, 1), date(2026, 3, 1)),
        ("next_quarter", date(2026, 4, 1), date(2026, 7, 1)),
        ("last_quarter", date(2025, 10, 1), date(2026, 1, 1)),
        ("this_year", date(2026, 1, 1), date(2027, 1, 1)),
        ("last_7_days", date(2026, 2, 23), date(2026, 3, 2)),
        ("next_7_days", date(2026, 3, 1), date(2026, 3, 8)),
        ("last_1_days", date(2026, 3, 1), date(2026, 3, 2)),
    ],
)
def test_periods_in_tokyo(name: str, first: date, end: date) -> None:
    assert periods.resolve(name, "Asia/Tokyo", SATURDAY) == (first, end)


def test_today_depends_on_where_one_is() -> None:
    assert periods.resolve("today", "Europe/Paris", SATURDAY)[0] == date(2026, 2, 28)
    assert periods.resolve("today", ZoneInfo("Asia/Tokyo"), SATURDAY)[0] == date(2026, 3, 1)


@given(MOMENTS, ZONES, st.sampled_from(["week", "month", "quarter", "year"]))
def test_neighbours_touch(now: datetime, zone: str, unit: str) -> None:
    last, this, following = (periods.resolve_moments(f"{turn}_{unit}", zone, now) for turn in ("last", "this", "next"))
    assert last[0] < last[1] == this[0] <= now < this[1] == following[0] < following[1]


@given(MOMENTS, ZONES)
def test_yesterday_touches_today_touches_tomorrow(now: datetime, zone: str) -> None:
    yesterday, today, tomorrow = (
        periods.resolve_moments(name, zone, now) for name in ("yesterday", "today", "tomorrow")
    )
    assert yesterday[1] == today[0] <= now < today[1] == tomorrow[0]


@given(MOMENTS, ZONES, st.integers(1, periods.MAX_DAYS))
def test_counted_days_include_today(now: datetime, zone: str, count: int) -> None:
    for turn in ("last", "next"):
        first, end = periods.resolve(f"{turn}_{count}_days", zone, now)
        assert (end - first).days == count
        start, stop = periods.resolve_moments(f"{turn}_{count}_days", zone, now)
        assert start <= now < stop


@given(MOMENTS, ZONES, NAMES)
def test_a_moment_is_in_a_period_of_moments_if_its_day_is_in_the_period_of_days(
    now: datetime, zone: str, name: str
) -> None:
    first, end = periods.resolve(name, zone, now)
    start, stop = periods.resolve_moments(name, zone, now)
    for moment in (start, stop - timedelta(microseconds=1)):
        assert first <= moment.astimezone(ZoneInfo(zone)).date() < end
    for moment in (start - timedelta(microseconds=1), stop):
        assert not first <= moment.astimezone(ZoneInfo(zone)).date() < end


def test_a_day_is_23_or_25_hours_long_when_the_clocks_change() -> None:
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)):
        now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        start, end = periods.resolve_moments("today", "Europe/Paris", now)
        assert end - start == timedelta(hours=hours)


def test_a_day_without_midnight_starts_at_one() -> None:
    start = periods.start_of_day(date(2018, 11, 4), "America/Sao_Paulo")
    assert start.astimezone(ZoneInfo("America/Sao_Paulo")).isoformat() == "2018-11-04T01:00:00-02:00"


def test_a_day_with_two_midnights_starts_at_the_first() -> None:
    start = periods.start_of_day(date(2026, 11, 1), "America/Havana")
    assert start == datetime(2026, 11, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["", "last", "last_0_days", "last_99999_days", "this_day", "last_3661_days", "30_days"]
)
def test_other_names_are_refused(name: str) -> None:
    assert not periods.is_period(name)
    with pytest.raises(Malformed):
        periods.resolve(name, "UTC", SATURDAY)


def test_now_needs_a_zone() -> None:
    with pytest.raises(TypeError):
        periods.resolve("today", "UTC", datetime(2026, 1, 1))


@given(NAMES)
def test_every_period_has_a_name_for_people(name: str) -> None:
    assert periods.is_period(name)
    assert str(periods.label(name)) not in ("", name)


def test_the_names_of_counted_days() -> None:
    assert str(periods.label("last_30_days")) == "Last 30 days"
    assert str(periods.label("next_1_days")) == "Next day"
    assert not periods.is_period(7)


@given(st.sets(st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 2, 1))))
def test_runs_hold_just_these_days_and_none_touches_the_next(days: set[date]) -> None:
    found = periods.runs(days)
    assert {first + timedelta(days=n) for first, after in found for n in range((after - first).days)} == days
    assert all(left[1] < right[0] for left, right in pairwise(found))
