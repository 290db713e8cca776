"""Days, periods and moments as the viewer's calendar has them."""

from datetime import UTC, date, datetime

import pytest

from kizuna.base.conditions.tests.world import someone
from kizuna.base.conditions.values import Calendar, Span, month_days


def calendar(zone, *now):
    return Calendar.of(someone(time_zone=zone), datetime(*now, tzinfo=UTC))


def test_a_day_begins_where_the_viewer_lives():
    tokyo = calendar("Asia/Tokyo", 2026, 3, 1)
    assert tokyo.read_span("moment")("2026-03-01", "") == Span(
        datetime(2026, 2, 28, 15, tzinfo=UTC), datetime(2026, 3, 1, 15, tzinfo=UTC)
    )


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_the_day_on_which_the_clock_changes_is_shorter_or_longer(day, hours):
    span = calendar("Europe/Paris", 2026, 1, 1).read_span("moment")(day, "")
    assert (span.end - span.start).total_seconds() == hours * 3600


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-03-29T02:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # does not exist in Paris: an hour later
        ("2026-10-25T02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # comes twice: the first time
        ("2026-10-25T02:30+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("2026-10-25T02:30:00Z", datetime(2026, 10, 25, 2, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_without_an_offset_is_one_on_the_viewers_clock(written, moment):
    assert calendar("Europe/Paris", 2026, 1, 1).read_span("moment")(written, "") == Span(moment, moment, closed=True)


def test_the_last_day_there_is_has_no_end():
    assert calendar("Asia/Tokyo", 2026, 1, 1).read_span("date")("9999-12-31", "").end is None


def test_today_is_another_day_elsewhere():
    assert calendar("Asia/Tokyo", 2026, 2, 28, 20).today == date(2026, 3, 1)
    assert calendar("America/New_York", 2026, 3, 1, 3).today == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("start", "end", "spans"),
    [
        (date(2026, 2, 28), date(2026, 3, 1), [((2, 28), (2, 29))]),  # a common year: those of the 29th celebrate now
        (date(2028, 2, 28), date(2028, 2, 29), [((2, 28), (2, 28))]),
        (date(2028, 2, 29), date(2028, 3, 1), [((2, 29), (2, 29))]),
        (date(2026, 3, 1), date(2026, 3, 2), [((3, 1), (3, 1))]),
        (date(2026, 12, 30), date(2027, 1, 3), [((1, 1), (1, 2)), ((12, 30), (12, 31))]),
        (date(2026, 1, 1), date(2027, 1, 1), [((1, 1), (12, 31))]),
        (date(2020, 1, 1), date(2030, 1, 1), [((1, 1), (12, 31))]),
    ],
)
def test_birthdays_of_a_period_wherever_it_lies_in_the_year(start, end, spans):
    assert month_days(start, end) == spans
