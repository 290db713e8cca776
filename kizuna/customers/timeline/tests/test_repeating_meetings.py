"""Meetings that come again: the next one, one left out, one moved, and what calendar programs hear of it."""

import datetime as dt
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil.rrule import rrulestr
from django.core import mail
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from kizuna.base.jobs import run_waiting
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.errors import Denied, Refused
from kizuna.customers.timeline import services
from kizuna.customers.timeline.events import MeetingSkipped
from kizuna.customers.timeline.models import Attendee, Meeting
from kizuna.customers.timeline.queries import availability, busy, next_free
from kizuna.customers.timeline.tests.test_meetings import calendar_of, letters, reply

TEN = {"time": "10:00", "zone": "Asia/Tokyo"}
UTC, TOKYO = dt.UTC, ZoneInfo("Asia/Tokyo")


@pytest.fixture(autouse=True)
def at(monkeypatch) -> Any:
    """Friday 20 November 2026; `at("2026-12-02")` is noon of another day in Tokyo."""

    def go(day: str) -> dt.datetime:
        moment = dt.datetime.fromisoformat(f"{day}T03:00:00+00:00")
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return moment

    go("2026-11-20")
    return go


@pytest.fixture
def arrange(haruto):
    def create(**values: Any) -> Any:
        given = {"title": "Weekly", "day": "2026-12-01", "start_time": TEN, "end_time": "11:00"}
        return records.create(actor=haruto, resource=registry.get("meeting"), values=given | values)

    return create


@pytest.fixture
def weekly(arrange) -> Any:
    """Every Tuesday from 1 December at ten in Tokyo."""
    return arrange(repeats="every week on Tuesday")


@pytest.fixture
def ask(haruto):
    def create(meeting: Meeting, **values: Any) -> Any:
        return records.create(actor=haruto, resource=registry.get("attendee"), values={"meeting": meeting.pk, **values})

    return create


@pytest.fixture
def yoko(make, haruto):
    return make("contact", family_name="山本", emails=[{"value": "yoko@aoba.example"}], owner=haruto)


def events_in(letter: Any) -> list[Any]:
    return calendar_of(letter).walk("VEVENT")


def test_when_it_is_over_the_next_one_is_there_with_the_same_guests_who_are_not_written_to_again(
    weekly, ask, yoko, at
) -> None:
    guest = ask(weekly, contact=yoko.pk)
    run_waiting()
    Attendee.objects.filter(pk=guest.pk).update(status="accepted")
    assert len(letters()) == 1
    assert services.continue_series(now=at("2026-11-30")) == 0
    assert services.continue_series(now=at("2026-12-02")) == 1
    assert services.continue_series(now=at("2026-12-02")) == 0
    run_waiting()
    following = Meeting.objects.get(follows=weekly)
    assert (following.day, following.starts_at) == (dt.date(2026, 12, 8), dt.datetime(2026, 12, 8, 1, tzinfo=UTC))
    assert following.attendees.get().status == "accepted"
    assert len(letters()) == 1
    assert services.continue_series(now=at("2027-01-06")) == 1  # nobody looked for weeks
    assert Meeting.objects.order_by("-pk")[0].day == dt.date(2027, 1, 12)


def test_guests_hear_of_the_whole_series_in_its_own_zone(weekly, ask, yoko) -> None:
    ask(weekly, contact=yoko.pk)
    run_waiting()
    (event,) = events_in(letters()[0])
    assert event["rrule"].to_ical() == b"FREQ=WEEKLY;BYDAY=TU"
    assert event["dtstart"].params["TZID"] == "Asia/Tokyo"
    assert "every week on Tuesday" in letters()[0].body


def test_an_end_by_day_is_a_moment_where_there_are_times(arrange, ask, yoko) -> None:
    ask(arrange(repeats="FREQ=WEEKLY;BYDAY=TU;UNTIL=20270105"), contact=yoko.pk)
    run_waiting()
    assert b"UNTIL=20270105T145959Z" in events_in(letters()[0])[0]["rrule"].to_ical()


def test_a_day_is_left_out_and_guests_hear_of_it(weekly, ask, yoko, haruto, published) -> None:
    ask(weekly, contact=yoko.pk)
    run_waiting()
    mail.outbox.clear()
    services.skip_meeting(actor=haruto, meeting=weekly, day=dt.date(2026, 12, 15))
    run_waiting()
    (event,) = events_in(letters()[0])
    assert event["exdate"].dts[0].dt == dt.datetime(2026, 12, 15, 10, tzinfo=event["dtstart"].dt.tzinfo)
    assert published.one(MeetingSkipped).day == dt.date(2026, 12, 15)
    services.skip_meeting(actor=haruto, meeting=weekly)
    weekly.refresh_from_db()
    assert weekly.day == dt.date(2026, 12, 8)
    assert weekly.next_day() == dt.date(2026, 12, 22)
    with pytest.raises(Refused):
        services.skip_meeting(actor=haruto, meeting=weekly, day=dt.date(2026, 12, 1))


def test_one_that_was_moved_is_an_exception_and_the_rhythm_stays(weekly, ask, yoko, haruto, at) -> None:
    ask(weekly, contact=yoko.pk)
    run_waiting()
    mail.outbox.clear()
    moved = records.update(actor=haruto, record=weekly, changes={"day": "2026-12-03"})
    run_waiting()
    whole, other = events_in(letters()[0])
    zone = whole["dtstart"].dt.tzinfo
    assert whole["dtstart"].dt == dt.datetime(2026, 12, 1, 10, tzinfo=zone)
    assert other["recurrence-id"].dt == dt.datetime(2026, 12, 1, 10, tzinfo=zone)
    assert other["dtstart"].dt == dt.datetime(2026, 12, 3, 10, tzinfo=zone)
    assert whole["uid"] == other["uid"]
    assert moved.next_day() == dt.date(2026, 12, 8)


def test_later_changes_have_higher_numbers_across_the_series(weekly, ask, yoko, haruto, at) -> None:
    ask(weekly, contact=yoko.pk)
    run_waiting()
    services.continue_series(now=at("2026-12-02"))
    following = Meeting.objects.get(follows=weekly)
    records.update(actor=haruto, record=following, changes={"place": "4F"})
    run_waiting()
    first, second = (events_in(letter)[0] for letter in letters())
    assert first["uid"] == second["uid"]
    assert second["sequence"] > first["sequence"]


def test_an_answer_by_mail_is_for_the_one_to_come(weekly, ask, yoko, at) -> None:
    ask(weekly, contact=yoko.pk)
    run_waiting()
    uid = str(events_in(letters()[0])[0]["uid"])
    services.continue_series(now=at("2026-12-02"))
    services.receive_reply(reply(uid, "DECLINED", at="20261202T020000Z"))
    assert Meeting.objects.get(follows=weekly).attendees.get().status == "declined"


def test_the_series_ends_on_demand_and_by_its_own_rule(arrange, haruto, at) -> None:
    twice = arrange(repeats="FREQ=WEEKLY;COUNT=2")
    services.continue_series(now=at("2026-12-02"))
    assert services.continue_series(now=at("2026-12-09")) == 0
    ended = arrange(day="2026-12-15", repeats="every week")
    services.end_meetings(actor=haruto, meeting=ended)
    assert services.continue_series(now=at("2026-12-16")) == 0
    assert Meeting.objects.filter(follows=twice).count() == 1


def test_a_feed_holds_a_series_once(weekly, haruto, at) -> None:
    services.continue_series(now=at("2026-12-02"))
    events = icalendar.Calendar.from_ical(services.feed_of(haruto)).walk("VEVENT")
    assert [bool(event.get("rrule")) for event in events] == [True]


# ── who is busy ──


def times(found: Any, person: Any) -> list[tuple[str, str, str]]:
    return [(f"{one.start:%m-%d %H:%M}", f"{one.end:%H:%M}", one.title) for one in found[person.pk]]


def window(first: str, last: str) -> tuple[dt.datetime, dt.datetime]:
    return dt.datetime.fromisoformat(f"{first}T00:00+00:00"), dt.datetime.fromisoformat(f"{last}T00:00+00:00")


def test_people_are_busy_on_every_day_of_a_series_but_those_left_out(weekly, ask, haruto, sora) -> None:
    ask(weekly, user=sora.pk)
    services.skip_meeting(actor=haruto, meeting=weekly, day=dt.date(2026, 12, 8))
    found = busy(haruto, [haruto, sora], *window("2026-11-30", "2026-12-17"))
    expected = [("12-01 01:00", "02:00", "Weekly"), ("12-15 01:00", "02:00", "Weekly")]
    assert times(found, haruto) == times(found, sora) == expected
    assert [one.is_maybe for one in found[sora.pk]] == [True, True]


@given(
    rule=st.sampled_from(["FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SA", "FREQ=MONTHLY"]),
    began=st.dates(dt.date(1900, 1, 1), dt.date(2026, 12, 1)),
    asked=st.dates(dt.date(2026, 11, 1), dt.date(2027, 6, 1)),
)
def test_a_series_takes_the_times_that_all_its_days_would(rule: str, began: dt.date, asked: dt.date) -> None:
    meeting = Meeting(title="Weekly", day=began, start_time=dt.time(10), end_time=dt.time(11), zone="UTC", repeats=rule)
    meeting.normalise()
    start = dt.datetime.combine(asked, dt.time(), UTC)
    end = start + dt.timedelta(days=20)
    counted = takewhile(
        lambda one: one.date() < end.date(), rrulestr(rule, dtstart=dt.datetime.combine(began, dt.time()))
    )
    plain = sorted(day for day in {began, *(one.date() for one in counted)} if asked <= day < end.date())
    found = availability._spans(meeting, TOKYO, start, end, goes_on=True)
    assert [one.date() for one, _end in found] == plain


def test_a_meeting_that_one_may_not_see_is_a_time_without_a_name(arrange, haruto, carol, make, grant) -> None:
    secret = make("contact", family_name="Secret", emails=[{"value": "s@s.example"}], owner=haruto)
    arrange(contact=secret.pk, day="2026-12-01")
    found = busy(carol, [haruto], *window("2026-12-01", "2026-12-02"))
    assert times(found, haruto) == [("12-01 01:00", "02:00", "")]
    assert found[haruto.pk][0].meeting_id is None


def test_whole_days_are_those_of_each_person_and_who_declined_is_free(arrange, ask, haruto, sora, mika) -> None:
    fair = arrange(start_time=None, end_time=None)
    ask(fair, user=sora.pk, status="declined")
    type(mika).objects.filter(pk=mika.pk).update(time_zone="Europe/Berlin")
    mika.refresh_from_db()
    ask(fair, user=mika.pk)
    found = busy(haruto, [haruto, sora, mika], *window("2026-11-30", "2026-12-03"))
    assert times(found, sora) == []
    assert found[mika.pk][0].start == dt.datetime(2026, 11, 30, 23, tzinfo=UTC)


def test_the_next_free_time_is_a_workday_between_nine_and_six_when_nobody_is_busy(arrange, ask, haruto, sora) -> None:
    arrange(day="2026-11-23", start_time={"time": "09:00", "zone": "Asia/Tokyo"}, end_time="11:50")
    found = busy(haruto, [haruto, sora], *window("2026-11-20", "2026-12-20"))
    after = dt.datetime(2026, 11, 20, 8, 40, tzinfo=UTC)  # Friday, 17:40 in Tokyo
    free = next_free(found, after=after, minutes=60, zone=TOKYO)
    assert [f"{start.astimezone(TOKYO):%a %H:%M}" for start, _end in free] == ["Mon 12:00", "Mon 13:00", "Tue 09:00"]


def test_who_has_nothing_to_do_with_meetings_is_not_told(nobody, haruto) -> None:
    with pytest.raises(Denied):
        busy(nobody, [haruto], *window("2026-12-01", "2026-12-02"))
