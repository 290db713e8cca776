"""One day of a series that is otherwise: it alone, with its own guests, and what calendar programs hear of it."""

import datetime as dt
import email
import email.policy
from typing import Any

import icalendar
import pytest
from django.core import mail

from kizuna.base.jobs import run_waiting
from kizuna.base.records import services as records
from kizuna.base.types.errors import Denied, Refused, Stale
from kizuna.base.types.repetition import from_rrule
from kizuna.customers.timeline import services
from kizuna.customers.timeline.events import MeetingSetApart
from kizuna.customers.timeline.models import Attendee, Meeting
from kizuna.customers.timeline.queries import busy
from kizuna.customers.timeline.services import Reach
from kizuna.customers.timeline.tests.test_meetings import letters, reply
from kizuna.customers.timeline.tests.test_repeating_meetings import (  # noqa: F401 # fixtures
    arrange,
    ask,
    at,
    events_in,
    times,
    weekly,
    window,
    yoko,
)

FAR, THURSDAY = dt.date(2026, 12, 15), dt.date(2026, 12, 17)


@pytest.fixture
def guest(weekly, ask, yoko) -> Attendee:  # noqa: F811
    """Yoko, who said yes to every Tuesday; no letter is on its way."""
    found: Attendee = ask(weekly, contact=yoko.pk)
    run_waiting()
    Attendee.objects.filter(pk=found.pk).update(status="accepted")
    mail.outbox.clear()
    return found


def changed(weekly: Meeting, actor: Any, **more: Any) -> Meeting:  # noqa: F811
    given = {"day": FAR, "to": THURSDAY, "start": dt.time(15), "end": dt.time(16)} | more
    return services.change_one_day(actor=actor, meeting=weekly, **given)


def feed(person: Any) -> list[Any]:
    return icalendar.Calendar.from_ical(services.feed_of(person)).walk("VEVENT")


def test_a_day_far_ahead_is_moved_and_the_rhythm_stays(weekly, guest, haruto, published, at) -> None:  # noqa: F811
    alone = changed(weekly, haruto)
    assert (alone.day, alone.start_time, alone.zone) == (THURSDAY, dt.time(15), "Asia/Tokyo")
    assert published.one(MeetingSetApart).alone_id == alone.pk
    weekly.refresh_from_db()
    assert weekly.day == dt.date(2026, 12, 1)
    assert weekly.next_day(after=dt.date(2026, 12, 8)) == dt.date(2026, 12, 22)
    services.continue_series(now=at("2026-12-02"))
    following = Meeting.objects.get(follows=weekly)
    assert following.next_day() == dt.date(2026, 12, 22), "the next ones know of it too"


def test_guests_hear_of_that_day_alone_and_are_asked_anew_for_it(weekly, guest, haruto) -> None:  # noqa: F811
    alone = changed(weekly, haruto)
    run_waiting()
    (letter,) = letters()
    (event,) = events_in(letter)
    assert str(event["uid"]).startswith(f"{weekly.series_uid}@")
    assert event["recurrence-id"].dt.isoformat() == "2026-12-15T10:00:00+09:00"
    assert event["dtstart"].dt.isoformat() == "2026-12-17T15:00:00+09:00"
    assert "rrule" not in event
    assert alone.attendees.get().status == "needs-action"
    guest.refresh_from_db()
    assert guest.status == "accepted"


def test_a_later_letter_about_the_series_tells_of_that_day_too(weekly, guest, haruto) -> None:  # noqa: F811
    changed(weekly, haruto)
    run_waiting()
    mail.outbox.clear()
    records.update(actor=haruto, record=weekly, changes={"place": "4F"})
    run_waiting()
    whole, alone = events_in(letters()[0])
    assert "exdate" not in whole
    assert alone["recurrence-id"].dt.isoformat() == "2026-12-15T10:00:00+09:00"


def test_an_answer_to_that_day_is_for_that_day(weekly, guest, haruto) -> None:  # noqa: F811
    alone = changed(weekly, haruto)
    run_waiting()
    raw = reply(str(events_in(letters()[0])[0]["uid"]), "DECLINED", at="20261120T040000Z")
    attendee = services.receive_reply(_with_day(raw))
    assert attendee is not None
    assert attendee.meeting_id == alone.pk
    guest.refresh_from_db()
    assert guest.status == "accepted"


def _with_day(raw: bytes) -> bytes:
    """The reply, naming the day in the time of the world."""
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            text = part.get_payload(decode=True)
            part.set_content(
                text.replace(b"SEQUENCE:0", b"RECURRENCE-ID:20261215T010000Z\r\nSEQUENCE:0"), "text", "calendar"
            )
    return message.as_bytes()


def test_a_feed_has_the_day_beside_its_series_and_leaves_out_one_that_is_deleted(weekly, haruto) -> None:  # noqa: F811
    alone = changed(weekly, haruto)
    whole, other = sorted(feed(haruto), key=lambda event: "rrule" not in event)
    assert whole["uid"] == other["uid"]
    assert "exdate" not in whole
    assert other["recurrence-id"].dt.isoformat() == "2026-12-15T10:00:00+09:00"
    records.delete(actor=haruto, record=alone)
    (whole,) = feed(haruto)
    assert whole["exdate"].dts[0].dt.isoformat() == "2026-12-15T10:00:00+09:00"


def test_people_are_busy_on_the_new_day_and_free_on_the_old(weekly, haruto) -> None:  # noqa: F811
    changed(weekly, haruto)
    found = busy(haruto, [haruto], *window("2026-12-14", "2026-12-23"))
    assert times(found, haruto) == [("12-17 06:00", "07:00", "Weekly"), ("12-22 01:00", "02:00", "Weekly")]


def test_it_goes_back_into_the_series_and_guests_hear_of_that(weekly, guest, haruto) -> None:  # noqa: F811
    alone = changed(weekly, haruto)
    run_waiting()
    mail.outbox.clear()
    services.rejoin_series(actor=haruto, meeting=alone)
    run_waiting()
    weekly.refresh_from_db()
    assert weekly.next_day(after=dt.date(2026, 12, 8)) == FAR
    (event,) = events_in(letters()[0])
    assert "rrule" in event
    assert "status" not in event, "no cancellation"
    guest.refresh_from_db()
    assert guest.status == "accepted"


def test_only_this_one_may_also_be_the_next_one_and_comes_back(weekly, haruto) -> None:  # noqa: F811
    given = {"changes": {"day": "2026-12-03", "title": "Offsite"}, "version": weekly.version}
    alone = services.change_meeting(actor=haruto, meeting=weekly, reach=Reach.ONE, **given)
    assert (alone.title, alone.day, alone.instead_of) == ("Offsite", dt.date(2026, 12, 3), dt.date(2026, 12, 1))
    weekly.refresh_from_db()
    assert (weekly.title, weekly.day) == ("Weekly", dt.date(2026, 12, 8))
    with pytest.raises(Stale):
        services.change_meeting(actor=haruto, meeting=weekly, reach=Reach.ONE, **given)
    services.rejoin_series(actor=haruto, meeting=alone)
    weekly.refresh_from_db()
    assert weekly.day == dt.date(2026, 12, 1)


def test_all_that_follow_take_over_another_day_and_it_is_undone(weekly, haruto) -> None:  # noqa: F811
    saved = services.change_meeting(
        actor=haruto, meeting=weekly, changes={"day": "2026-12-02"}, reach=Reach.ALL, version=weekly.version
    )
    assert (saved.day, saved.repeats, saved.next_day()) == (
        dt.date(2026, 12, 2),
        "FREQ=WEEKLY;BYDAY=WE",
        dt.date(2026, 12, 9),
    )
    before = records.undo(actor=haruto, record=saved, version=saved.version)
    assert (before.day, before.next_day()) == (dt.date(2026, 12, 1), dt.date(2026, 12, 8))


@pytest.mark.parametrize(
    ("rule", "to", "expected"),
    [
        ("FREQ=WEEKLY", "2026-12-03", "FREQ=WEEKLY;BYDAY=TH"),
        ("FREQ=WEEKLY;BYDAY=TU,SU", "2026-12-02", "FREQ=WEEKLY;BYDAY=MO,WE"),
        ("FREQ=MONTHLY;BYDAY=1TU", "2026-12-09", "FREQ=MONTHLY;BYDAY=2WE"),
        ("FREQ=MONTHLY;BYMONTHDAY=1", "2026-12-04", "FREQ=MONTHLY;BYMONTHDAY=4"),
        ("FREQ=DAILY;INTERVAL=3", "2026-12-02", "FREQ=DAILY;INTERVAL=3"),
        ("FREQ=WEEKLY;COUNT=5", "2026-12-02", "FREQ=WEEKLY;BYDAY=WE;COUNT=3"),
    ],
)
def test_a_rhythm_goes_along_to_another_day(rule: str, to: str, expected: str) -> None:
    shifted = from_rrule(rule).shifted(dt.date(2026, 12, 1), dt.date.fromisoformat(to), passed=2)
    assert str(shifted) == expected


def test_what_cannot_be_is_refused(weekly, arrange, haruto, victor) -> None:  # noqa: F811
    with pytest.raises(Refused):
        changed(weekly, haruto, day=dt.date(2026, 12, 16))  # no Tuesday
    changed(weekly, haruto)
    with pytest.raises(Refused):
        changed(weekly, haruto)  # it has a record of its own already
    with pytest.raises(Refused):
        changed(arrange(), haruto)
    with pytest.raises(Denied):
        changed(weekly, victor)
    with pytest.raises(Refused):
        services.change_meeting(actor=haruto, meeting=weekly, changes={"repeats": "every day"}, reach=Reach.ONE)


def test_from_a_day_far_ahead_it_is_otherwise_and_until_then_as_it_was(weekly, guest, haruto) -> None:  # noqa: F811
    changed(weekly, haruto, day=dt.date(2026, 12, 22), to=dt.date(2026, 12, 23))
    run_waiting()
    mail.outbox.clear()
    given = {"day": FAR, "to": THURSDAY, "start": dt.time(15), "end": dt.time(16)}
    later = services.change_from_day(actor=haruto, meeting=weekly, **given)
    run_waiting()
    weekly.refresh_from_db()
    assert from_rrule(weekly.repeats).until == dt.date(2026, 12, 14)
    assert weekly.next_day(after=dt.date(2026, 12, 8)) is None
    assert (later.day, later.start_time, later.next_day()) == (THURSDAY, dt.time(15), dt.date(2026, 12, 24))
    ended, begun, own = sorted((events_in(one)[0] for one in letters()), key=lambda event: event["dtstart"].dt)
    assert ended["uid"].startswith(f"{weekly.series_uid}@")
    assert ended["rrule"]["UNTIL"]
    assert begun["uid"].startswith(f"{later.uid}@")
    assert begun["dtstart"].dt.isoformat() == "2026-12-17T15:00:00+09:00"
    assert own["dtstart"].dt.date() == dt.date(2026, 12, 23)
    assert "recurrence-id" not in own
    guest.refresh_from_db()
    assert guest.status == "accepted", "what they said to the days until then stays"
    assert later.attendees.get().status == "needs-action"
    assert len({event["uid"] for event in feed(haruto)}) == 3


def test_what_is_counted_is_counted_on_and_what_is_left_out_stays_out(arrange, haruto) -> None:  # noqa: F811
    series = arrange(repeats="every week on Tuesday, 6 times")
    services.skip_meeting(actor=haruto, meeting=series, day=dt.date(2026, 12, 29))
    later = services.change_from_day(actor=haruto, meeting=series, day=FAR, start=dt.time(15), end=dt.time(16))
    assert from_rrule(later.repeats).times == 4
    rule = from_rrule(later.repeats)
    days = list(rule.days(later.series_from, left_out=later.days_left_out))
    assert days == [FAR, dt.date(2026, 12, 22), dt.date(2027, 1, 5)]


def test_from_the_next_day_on_is_this_and_all_that_follow(weekly, haruto, victor) -> None:  # noqa: F811
    with pytest.raises(Denied):
        services.change_from_day(actor=victor, meeting=weekly, day=FAR)
    with pytest.raises(Refused):
        services.change_from_day(actor=haruto, meeting=weekly, day=THURSDAY)
    same = services.change_from_day(actor=haruto, meeting=weekly, day=weekly.day, to=dt.date(2026, 12, 2))
    assert (same.pk, same.next_day()) == (weekly.pk, dt.date(2026, 12, 9))
