"""What comes again: its rules, its days, and the words for it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile

import pytest
from dateutil import rrule
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from kizuna.base.types import repetition_words as words
from kizuna.base.types.errors import Malformed
from kizuna.base.types.repetition import Repetition, from_rrule
from kizuna.base.types.wall import instant

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2080, 12, 31))


@st.composite
def repetitions(draw) -> Repetition:
    given: dict = {"every": draw(st.integers(1, 12))}
    frequency = draw(st.sampled_from(["daily", "weekly", "monthly", "yearly"]))
    if frequency == "weekly":
        given["weekdays"] = tuple(sorted(draw(st.sets(st.integers(0, 6)))))
    if frequency == "monthly":
        given |= draw(
            st.one_of(
                st.just({}),
                st.builds(lambda day: {"month_day": day}, st.sampled_from([-1, *range(1, 32)])),
                st.builds(
                    lambda n, day: {"nth": n, "weekdays": (day,)}, st.sampled_from([-1, 1, 2, 3, 4]), st.integers(0, 6)
                ),
            )
        )
    given |= draw(st.sampled_from([{}, {"until": dt.date(2030, 5, 31)}, {"times": 7}]))
    return Repetition(frequency, **given)


@given(repetitions())
def test_a_rule_reads_back_from_its_rrule(rule: Repetition) -> None:
    assert from_rrule(str(rule)) == rule


@given(repetitions(), st.sampled_from(["en", "ja", "ko"]))
def test_a_rule_reads_back_from_its_words(rule: Repetition, language: str) -> None:
    assert words.understand(words.words_of(rule, language)) == rule


@given(repetitions(), DAYS, st.integers(0, 400))
def test_the_next_day_is_the_first_that_a_calendar_program_finds(rule: Repetition, start: dt.date, wait: int) -> None:
    day = start + dt.timedelta(days=wait)
    wanted = rrulestr(str(rule), dtstart=dt.datetime.combine(start, dt.time()))
    found = wanted.after(dt.datetime.combine(day, dt.time()))
    assert rule.next_after(day, start) == (found.date() if found else None)


@given(
    repetitions(), st.dates(dt.date(1900, 1, 1), dt.date(2026, 12, 31)), st.integers(-400, 50_000), st.integers(0, 9999)
)
def test_the_days_of_a_month_are_those_that_counting_up_from_the_start_finds(
    rule: Repetition, start: dt.date, wait: int, times: int
) -> None:
    rule = replace(rule, times=times) if rule.times else rule
    day = start + dt.timedelta(days=wait)
    end = day + dt.timedelta(days=31)
    counted = rrulestr(str(rule), dtstart=dt.datetime.combine(start, dt.time()))
    plain = [one.date() for one in takewhile(lambda one: one.date() <= end, counted) if one.date() > day]
    assert list(takewhile(lambda one: one <= end, rule.days_after(day, start))) == plain


def test_a_daily_series_of_1900_is_looked_for_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    walked: list[dt.datetime] = []
    plain = rrule.rrule._iter

    def noted(self: rrule.rrule) -> Iterator[dt.datetime]:
        for moment in plain(self):
            walked.append(moment)
            yield moment

    monkeypatch.setattr(rrule.rrule, "_iter", noted)
    day = dt.date(2026, 11, 22)
    for rule in ("FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TU", "FREQ=MONTHLY", "FREQ=YEARLY"):
        assert from_rrule(rule).next_after(day, dt.date(1900, 1, 1))
    assert len(walked) < 20


@given(repetitions(), DAYS)
def test_a_day_left_out_is_passed_over_and_nothing_else_moves(rule: Repetition, start: dt.date) -> None:
    first = rule.next_after(start, start)
    if first is not None:
        assert rule.next_after(start, start, left_out={first}) == rule.next_after(first, start)


def test_months_without_a_thirty_first_are_left_out_and_the_last_day_is_in_every_month() -> None:
    start = dt.date(2026, 1, 31)
    assert Repetition("monthly").next_after(start, start) == dt.date(2026, 3, 31)
    assert Repetition("monthly", month_day=-1).next_after(start, start) == dt.date(2026, 2, 28)


def test_a_series_of_three_ends_after_the_third() -> None:
    rule = Repetition("weekly", times=3)
    start = dt.date(2026, 11, 2)
    assert rule.next_after(dt.date(2026, 11, 9), start) == dt.date(2026, 11, 16)
    assert rule.next_after(dt.date(2026, 11, 16), start) is None


@pytest.mark.parametrize(
    ("typed", "rrule"),
    [
        ("Daily", "FREQ=DAILY"),
        ("every weekday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("Every 2 weeks on Mon, Thu", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH"),
        ("every month on the last Friday", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("隔週", "FREQ=WEEKLY;INTERVAL=2"),
        ("毎週月・木曜", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("毎月末日", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("毎月第2火曜、2027-03-31まで", "FREQ=MONTHLY;BYDAY=2TU;UNTIL=20270331"),
        ("매주 월, 목, 10회", "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=10"),
        ("매월 15일", "FREQ=MONTHLY;BYMONTHDAY=15"),
    ],
)
def test_people_say_it_as_they_say_it(typed: str, rrule: str) -> None:
    assert str(words.understand(typed)) == rrule


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "now and then",
        "every 0 days",
        "every 1000 days",
        "every month on day 32",
        "FREQ=SECONDLY",
        "FREQ=WEEKLY;COUNT=2;UNTIL=20300101",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=1;INTERVAL=2",
        "FREQ=MONTHLY;BYDAY=5MO",
        "every week on Noday",
        "every week, until 2026-99-99",
        "FREQ=WEEKLY;COUNT=٣",
    ],
)
def test_what_is_no_repetition_is_refused(typed: str) -> None:
    with pytest.raises(Malformed):
        words.understand(typed)


def test_nine_stays_nine_through_summer_time() -> None:
    rule, start = Repetition("weekly"), dt.date(2026, 3, 23)
    nine = [instant(day, dt.time(9), "Europe/Paris") for day, _n in zip(rule.days(start), range(2), strict=False)]
    assert [moment.hour for moment in nine] == [8, 7]


def test_a_time_that_does_not_exist_goes_forward() -> None:
    assert instant(dt.date(2026, 3, 29), dt.time(2, 30), "Europe/Paris") == dt.datetime(
        2026, 3, 29, 1, 30, tzinfo=dt.UTC
    )


def test_a_time_that_is_twice_is_the_first() -> None:
    twice = instant(dt.date(2026, 10, 25), dt.time(2, 30, fold=1), "Europe/Paris")
    assert twice == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)
