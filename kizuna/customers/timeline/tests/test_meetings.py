"""Meetings, who is asked to them, and what they hear."""

import datetime as dt
import email
import email.policy
import io
import smtplib
import socket
from types import SimpleNamespace
from typing import Any

import icalendar
import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kizuna.base.jobs import run_waiting
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.errors import Invalid, Refused
from kizuna.customers.timeline import services
from kizuna.customers.timeline.events import InvitationAnswered
from kizuna.customers.timeline.models import Attendee, Meeting
from kizuna.customers.timeline.services.invitations import answer_token

NOON = {"time": "12:00", "zone": "Asia/Tokyo"}
TITLE = "新しい事務所の照明についての打ち合わせ、設計図と見積もりと納期の確認、そして現地調査の日程"


@pytest.fixture(autouse=True)
def today(monkeypatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC))


@pytest.fixture
def arrange(haruto):
    def create(**values: Any) -> Any:
        given = {"title": TITLE, "day": "2026-12-01", "start_time": NOON, "end_time": "13:00", "place": "青葉ビル 3F"}
        return records.create(actor=haruto, resource=registry.get("meeting"), values=given | values)

    return create


@pytest.fixture
def ask(haruto):
    def create(meeting: Meeting, **values: Any) -> Any:
        given = {"meeting": meeting.pk, **values}
        return records.create(actor=haruto, resource=registry.get("attendee"), values=given)

    return create


@pytest.fixture
def yoko(make, haruto):
    return make("contact", family_name="山本", emails=[{"value": "yoko@aoba.example"}], owner=haruto)


def calendar_of(letter: Any) -> icalendar.Calendar:
    message = letter.message() if hasattr(letter, "message") else letter
    part = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    return icalendar.Calendar.from_ical(part.get_payload(decode=True))


def letters() -> list[Any]:
    """What guests got: mail with a calendar in it."""
    return [letter for letter in mail.outbox if any("text/calendar" in mimetype for _, mimetype in letter.alternatives)]


def event_in(letter: Any) -> Any:
    return calendar_of(letter).walk("VEVENT")[0]


def reply(uid: str, status: str, *, address: str = "yoko@aoba.example", at: str = "20261120T020000Z") -> bytes:
    text = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Else//EN\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n"
        f"UID:{uid}\r\nDTSTAMP:{at}\r\nSEQUENCE:0\r\nORGANIZER:mailto:haruto@kizuna.example\r\n"
        f"ATTENDEE;PARTSTAT={status}:MAILTO:{address}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"], message["Subject"] = address, "haruto@kizuna.example", "Re"
    message.set_content("I will be there.")
    message.add_alternative(text.encode(), "text", "calendar", params={"method": "REPLY"})
    return message.as_bytes()


# ── when ──


def test_a_meeting_is_at_what_the_clock_shows_there(arrange) -> None:
    meeting = arrange()
    assert meeting.starts_at == dt.datetime(2026, 12, 1, 3, tzinfo=dt.UTC)
    assert meeting.ends_at - meeting.starts_at == dt.timedelta(hours=1)


def test_whole_days_have_no_zone(arrange) -> None:
    meeting = arrange(start_time=None, end_time=None, last_day="2026-12-02")
    assert (meeting.is_all_day, meeting.zone) == (True, "")


@pytest.mark.parametrize(
    "given",
    [{"end_time": "12:00"}, {"end_time": None}, {"last_day": "2026-11-30"}, {"title": " "}],
)
def test_what_makes_no_sense_is_refused(arrange, given) -> None:
    with pytest.raises(Invalid), transaction.atomic():
        arrange(**given)


def test_the_database_knows_that_time_goes_forward(arrange) -> None:
    meeting = arrange()
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(ends_at=meeting.starts_at)


def test_nobody_is_asked_twice_and_nobody_is_two_people(arrange, ask, yoko, alice) -> None:
    meeting = arrange()
    ask(meeting, contact=yoko.pk)
    for given in ({"contact": yoko.pk}, {}, {"contact": yoko.pk, "user": alice.pk}):
        with pytest.raises(Invalid), transaction.atomic():
            ask(meeting, **given)


def test_who_does_not_see_the_customer_sees_no_meeting_about_them(arrange, ask, yoko, haruto, carol, grant) -> None:
    grant(carol, contact={"read": "own"}, company={"read": "all"}, meeting={"read": "all"}, attendee={"read": "all"})
    open_to_all, about_her = arrange(), arrange()
    ask(about_her, user=carol.pk)
    records.update(actor=haruto, record=about_her, changes={"contact": yoko.pk})
    ask(open_to_all, contact=yoko.pk)
    assert list(Meeting.objects.visible_to(carol)) == [open_to_all]
    assert not Attendee.objects.visible_to(carol).exists()


# ── invitations ──


def test_a_guest_is_invited_once_told_of_changes_and_of_the_end(arrange, ask, yoko, haruto) -> None:
    meeting = arrange()
    attendee = ask(meeting, contact=yoko.pk)
    assert letters() == []  # nothing leaves before commit
    run_waiting()
    services.send_invitations(meeting_id=meeting.pk)
    [invitation] = letters()
    assert (invitation.to, invitation.reply_to) == (["yoko@aoba.example"], ["haruto@kizuna.example"])
    event = event_in(invitation)
    assert (calendar_of(invitation)["METHOD"], event["SEQUENCE"], event["SUMMARY"]) == ("REQUEST", 0, TITLE)
    assert event.decoded("dtstart").isoformat() == "2026-12-01T12:00:00+09:00"
    assert answer_token(attendee) in invitation.body
    assert "12:00" in invitation.body
    services.answer_invitation(attendee=attendee, status="accepted")
    records.update(actor=haruto, record=meeting, changes={"end_time": "14:00"})
    run_waiting()
    changed = event_in(letters()[1])
    assert (changed["UID"], changed["SEQUENCE"]) == (event["UID"], 1)
    attendee.refresh_from_db()
    assert attendee.status == "needs-action"
    records.delete(actor=haruto, record=meeting)
    run_waiting()
    [_first, _second, cancelled] = letters()
    assert calendar_of(cancelled)["METHOD"] == "CANCEL"
    assert (event_in(cancelled)["UID"], event_in(cancelled)["SEQUENCE"]) == (event["UID"], 2)


def test_what_guests_do_not_read_is_not_written_to_them(arrange, ask, yoko, haruto) -> None:
    meeting = arrange()
    ask(meeting, contact=yoko.pk)
    ask(meeting, user=haruto.pk)
    run_waiting()
    records.update(actor=haruto, record=meeting, changes={"contact": yoko.pk})
    run_waiting()
    assert len(letters()) == 1


def test_who_is_not_asked_any_more_gets_a_cancellation(arrange, ask, yoko, haruto) -> None:
    attendee = ask(arrange(), contact=yoko.pk)
    run_waiting()
    records.delete(actor=haruto, record=attendee)
    run_waiting()
    assert calendar_of(letters()[1])["METHOD"] == "CANCEL"


def test_a_mail_that_is_refused_is_tried_again(arrange, ask, yoko, monkeypatch) -> None:
    meeting = arrange()
    ask(meeting, contact=yoko.pk)
    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMultiAlternatives.send", _refuse)
        with pytest.raises(smtplib.SMTPException):
            services.send_invitations(meeting_id=meeting.pk)
    assert services.send_invitations(meeting_id=meeting.pk) == 1


def test_one_address_that_is_refused_keeps_nobody_else_from_their_invitation(
    arrange, ask, yoko, sora, haruto, monkeypatch
) -> None:
    meeting = arrange()
    first, second = ask(meeting, contact=yoko.pk), ask(meeting, user=sora.pk)
    send = EmailMultiAlternatives.send

    def refuse_one(letter: Any) -> int:
        if letter.to == [first.email]:
            raise smtplib.SMTPRecipientsRefused({first.email: (550, b"No such mailbox")})
        return send(letter)

    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse_one)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        services.send_invitations(meeting_id=meeting.pk)
    assert [letter.to for letter in letters()] == [[second.email]]
    assert list(Attendee.objects.filter(told="")) == [first]


def _refuse(letter: Any) -> None:
    raise smtplib.SMTPServerDisconnected


def test_a_real_mail_server_gets_a_mail_that_a_calendar_program_reads(arrange, ask, yoko, settings) -> None:
    got: list[bytes] = []

    class Inbox:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
            got.append(envelope.content)
            return "250 OK"

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(Inbox(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        ask(arrange(), contact=yoko.pk)
        run_waiting()
    finally:
        server.stop()
    message = email.message_from_bytes(got[0], policy=email.policy.default)
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/calendar"]
    part = message.get_body(("plain",))
    assert TITLE in str(message["Subject"])
    assert part is not None
    event = event_in(message)
    assert event["SUMMARY"] == TITLE
    assert event["ATTENDEE"] == "mailto:yoko@aoba.example"
    assert calendar_of(message).walk("VTIMEZONE")[0]["TZID"] == "Asia/Tokyo"


# ── answers ──


@pytest.fixture
def invited(arrange, ask, yoko):
    attendee = ask(arrange(), contact=yoko.pk)
    run_waiting()
    return attendee


def test_a_reply_is_kept(invited, published) -> None:
    uid = event_in(letters()[0])["UID"]
    raw = reply(uid, "ACCEPTED")
    assert services.receive_reply(raw) == invited
    services.receive_reply(raw)
    invited.refresh_from_db()
    assert invited.status == "accepted"
    services.receive_reply(reply(uid, "DECLINED", at="20261119T000000Z"))  # older, and late
    invited.refresh_from_db()
    assert invited.status == "accepted"
    assert published.of(InvitationAnswered)[0].sent_by_mail


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: Hello\r\n\r\nHello",
        b"Content-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\nEND",
        reply("not-ours@kizuna.example", "ACCEPTED"),
        reply("00000000-0000-4000-8000-000000000000@kizuna.example", "ACCEPTED"),
    ],
)
def test_other_mail_is_left_alone(invited, raw) -> None:
    assert services.receive_reply(raw) is None


def test_a_stranger_and_an_unknown_word_answer_nothing(invited) -> None:
    uid = event_in(letters()[0])["UID"]
    assert services.receive_reply(reply(uid, "ACCEPTED", address="mallory@evil.example")) is None
    assert services.receive_reply(reply(uid, "DELEGATED")) is None
    with pytest.raises(Refused), transaction.atomic():
        services.answer_invitation(attendee=invited, status="needs-action")


def test_a_mail_server_pipes_replies_into_a_command(invited, monkeypatch) -> None:
    raw = reply(event_in(letters()[0])["UID"], "TENTATIVE")
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    said = io.StringIO()
    call_command("receive_reply", stdout=said)
    assert said.getvalue().strip() == "tentative"


# ── the feed ──


def test_a_feed_holds_what_its_person_has_to_do_and_may_see(arrange, ask, yoko, haruto, make, alice) -> None:
    ask(arrange(), contact=yoko.pk)
    arrange(title="Whole days", start_time=None, end_time=None, last_day="2026-12-02")
    make("task", title="Call 山本", due_on="2026-11-25", due_time=NOON, owner=haruto)
    make("task", title="Not mine", due_on="2026-11-25", owner=alice)
    text = services.feed_of(haruto)
    calendar = icalendar.Calendar.from_ical(text)
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    todo = calendar.walk("VTODO")[0]
    assert [entry["SUMMARY"] for entry in calendar.walk("VTODO")] == ["Call 山本"]
    assert todo.decoded("due").isoformat() == "2026-11-25T12:00:00+09:00"
    long, whole = sorted(calendar.walk("VEVENT"), key=lambda event: event["SUMMARY"] != TITLE)
    assert long["SUMMARY"] == TITLE
    assert long["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert (whole.decoded("dtstart"), whole.decoded("dtend")) == (dt.date(2026, 12, 1), dt.date(2026, 12, 3))
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Tokyo"]
    assert text == services.feed_of(haruto)


def test_a_feed_says_nothing_of_fields_that_are_hidden(arrange, ask, yoko, haruto, make, hide) -> None:
    ask(arrange(body="Salaries"), contact=yoko.pk)
    make("task", title="Call 山本", due_on="2026-11-25", due_time=NOON, owner=haruto)
    for resource, field in (("meeting", "title"), ("meeting", "body"), ("attendee", "guest"), ("task", "title")):
        hide(haruto, resource, field)
    calendar = icalendar.Calendar.from_ical(services.feed_of(haruto))
    event, todo = calendar.walk("VEVENT")[0], calendar.walk("VTODO")[0]
    assert event["SUMMARY"].startswith("#")
    assert todo["SUMMARY"].startswith("#")
    assert not {"DESCRIPTION", "ATTENDEE", "ORGANIZER"} & event.keys()
    for resource, field in (("meeting", "start_time"), ("task", "due_time")):
        hide(haruto, resource, field)
    assert b"BEGIN:V" not in services.feed_of(haruto).replace(b"BEGIN:VCALENDAR", b"")


def test_a_feed_costs_the_same_queries_for_one_meeting_and_for_many(arrange, ask, yoko, haruto) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            services.feed_of(haruto)
        return len(queries)

    ask(arrange(), contact=yoko.pk)
    services.feed_of(haruto)
    once = cost()
    for number in range(4):
        ask(arrange(title=f"Meeting {number}"), contact=yoko.pk)
    assert cost() == once
