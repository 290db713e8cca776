"""Lines and letters: told once, only to who may see, and never mailed twice."""

from __future__ import annotations

import datetime as dt
import smtplib
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.utils import timezone

from kizuna.base.collaboration import kinds as together
from kizuna.base.collaboration import services as collaboration
from kizuna.base.identity.models import User
from kizuna.base.identity.services import rights
from kizuna.base.jobs import run_waiting
from kizuna.base.notifications import kinds, letters, queries
from kizuna.base.notifications import services as notifications
from kizuna.base.notifications.models import Letter, Mail, Notification
from kizuna.base.notifications.services import News
from kizuna.base.records import services as records
from kizuna.base.testing.library.models import Book
from kizuna.base.testing.visiting import Visitor
from kizuna.base.types.errors import Missing
from tests.postgres import free_port

Visit = Callable[..., Visitor]


@pytest.fixture
def mentioned(haruto: User, sora: User, kokoro: Book) -> Notification:
    """Haruto mentions Sora on Kokoro, and all jobs are done."""
    collaboration.comment(actor=haruto, record=kokoro, text="Look at <b>this</b>, @Sora.", mentions=[sora.pk])
    run_waiting()
    return Notification.objects.get(user=sora)


@pytest.fixture
def rises(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """It is eight in the morning in UTC, where the personas live."""
    morning = timezone.now().replace(hour=8)

    def rise() -> None:
        monkeypatch.setattr("kizuna.base.notifications.services.mailing.timezone.now", lambda: morning)

    return rise


def daily(user: User, kind: kinds.Kind = together.MENTIONED) -> None:
    notifications.prefer(actor=user, kind=kind, mail=Mail.DAILY)


def test_what_is_told_twice_is_one_line(sora: User, haruto: User, kokoro: Book) -> None:
    news = News(kind=together.ASSIGNED, key="event:7", resource="book", actor_id=haruto.pk, event_id=7)
    for _time in range(2):
        notifications.tell(news, {sora.pk: [kokoro.pk], haruto.pk: [kokoro.pk]})
    assert list(Notification.objects.values_list("user", flat=True)) == [sora.pk]


def test_a_record_that_became_invisible_leaves_the_bell_and_the_page(
    mentioned: Notification, sora: User, visit: Visit, seoul: Any
) -> None:
    assert queries.count_unread(sora)
    assert "Kokoro" in visit(sora).get("/notifications").content.decode()
    rights.set_roles(actor=_admin(sora), user=sora, roles=[])
    fresh = User.objects.get(pk=sora.pk)
    assert not queries.count_unread(fresh)
    assert "Kokoro" not in visit(fresh).get("/notifications").content.decode()
    assert "Kokoro" not in visit(fresh).get("/notifications/newest").content.decode()
    with pytest.raises(Missing):
        notifications.mark_read(actor=fresh, notification_id=mentioned.pk)


class Killed(Exception):
    """kill -9, as far as a test can do it."""


def killed(*arguments: object, **given: object) -> None:
    raise Killed


def _admin(user: User) -> User:
    return User.objects.create_user("root@kizuna.example", "correct horse battery", name="Root", is_admin=True)


def test_a_letter_leaves_out_what_became_invisible_since(
    haruto: User, sora: User, kokoro: Book, rises: Callable[[], None]
) -> None:
    daily(sora)
    collaboration.comment(actor=haruto, record=kokoro, text="Look, @Sora.", mentions=[sora.pk])
    run_waiting()
    rights.set_roles(actor=_admin(sora), user=sora, roles=[])
    rises()
    notifications.gather()
    run_waiting()
    assert Letter.objects.get(user=sora).state == Letter.State.EMPTY
    assert not [one for one in mail.outbox if one.to == [sora.email]]


def test_a_deleted_comment_is_told_no_more(mentioned: Notification, haruto: User, sora: User) -> None:
    comment = together.Comment.objects.get()
    collaboration.delete(actor=haruto, comment=comment)
    assert queries.newest(sora)[0] == []


def test_a_mention_is_mailed_at_once_with_the_way_out(mentioned: Notification, sora: User) -> None:
    letter = next(one for one in mail.outbox if one.to == [sora.email])
    assert letter.subject == "Haruto mentioned you on Kokoro"
    assert "Look at <b>this</b>" in letter.body
    html = letter.alternatives[0][0]
    assert "&lt;b&gt;this&lt;/b&gt;" in html
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    run_waiting()
    assert len([one for one in mail.outbox if one.to == [sora.email]]) == 1


def test_the_morning_brings_one_letter_in_the_readers_language(
    haruto: User, sora: User, kokoro: Book, rises: Callable[[], None]
) -> None:
    daily(sora)
    User.objects.filter(pk=sora.pk).update(language="ja")
    for text in ("One, @Sora.", "Two, @Sora."):
        collaboration.comment(actor=haruto, record=kokoro, text=text, mentions=[sora.pk])
    run_waiting()
    rises()
    for _worker in range(2):
        notifications.gather()
    run_waiting()
    (letter,) = [one for one in mail.outbox if one.to == [sora.email]]
    assert "One, @Sora." in letter.body
    assert "Two, @Sora." in letter.body
    assert "Sora様" in letter.body


def test_a_letter_that_nobody_would_send_is_not_written(
    haruto: User, sora: User, kokoro: Book, rises: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    daily(sora)
    collaboration.comment(actor=haruto, record=kokoro, text="Look, @Sora.", mentions=[sora.pk])
    run_waiting()
    rises()
    with monkeypatch.context() as patch:
        patch.setattr("kizuna.base.jobs.backend.DatabaseBackend.enqueue", killed)
        with pytest.raises(Killed):
            notifications.gather()
    assert notifications.gather() == 1
    run_waiting()
    assert [one for one in mail.outbox if one.to == [sora.email]]


def test_before_seven_in_the_readers_zone_no_letter_is_written(
    haruto: User, sora: User, kokoro: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    daily(sora)
    User.objects.filter(pk=sora.pk).update(time_zone="America/New_York")
    collaboration.comment(actor=haruto, record=kokoro, text="Look, @Sora.", mentions=[sora.pk])
    run_waiting()
    at = dt.datetime(2026, 7, 1, 9, tzinfo=dt.UTC)
    monkeypatch.setattr("kizuna.base.notifications.services.mailing.timezone.now", lambda: at)
    assert notifications.gather() == 0
    monkeypatch.setattr(
        "kizuna.base.notifications.services.mailing.timezone.now", lambda: at + dt.timedelta(hours=2, minutes=5)
    )
    assert notifications.gather() == 1


def test_what_was_cut_off_while_it_was_sent_is_unknown_and_not_sent_again(sora: User) -> None:
    letter = Letter.objects.create(user=sora, key="digest:2026-11-22", state=Letter.State.SENDING)
    notifications.deliver(letter_id=letter.pk)
    letter.refresh_from_db()
    assert letter.state == Letter.State.UNKNOWN
    assert not mail.outbox


class Refusing:
    """A mail server that says "later" as long as it is told to."""

    def __init__(self) -> None:
        self.answer = "451 Come back later"
        self.letters: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if not self.answer:
            self.letters.append(envelope)
        return self.answer or "250 OK"


@pytest.fixture
def server(settings: Any) -> Iterator[Refusing]:
    handler = Refusing()
    controller = Controller(handler, hostname="127.0.0.1", port=0)
    controller.port = free_port()
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = controller.hostname, controller.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield handler
    controller.stop()


def test_what_the_mail_server_refused_is_sent_when_it_takes_it_and_only_once(
    server: Refusing, mentioned: Notification, sora: User
) -> None:
    letter = Letter.objects.get(user=sora)
    assert letter.state == Letter.State.WAITING
    server.answer = ""
    for _try in range(2):
        notifications.deliver(letter_id=letter.pk)
    letter.refresh_from_db()
    assert letter.state == Letter.State.SENT
    assert len(server.letters) == 1
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in server.letters[0].content


def test_what_the_mail_server_refuses_for_ever_is_given_up(
    server: Refusing, sora: User, haruto: User, kokoro: Book
) -> None:
    server.answer = "554 No such person"
    collaboration.comment(actor=haruto, record=kokoro, text="Look, @Sora.", mentions=[sora.pk])
    run_waiting()
    assert Letter.objects.get(user=sora).state == Letter.State.REFUSED


def test_a_line_broken_in_the_middle_leaves_the_letter_unknown(mentioned: Notification, sora: User) -> None:
    letter = Letter.objects.get(user=sora)
    Letter.objects.filter(pk=letter.pk).update(state=Letter.State.WAITING)
    broken = smtplib.SMTPServerDisconnected("gone")
    with patch("django.core.mail.EmailMultiAlternatives.send", side_effect=broken), pytest.raises(type(broken)):
        notifications.deliver(letter_id=letter.pk)
    notifications.deliver(letter_id=letter.pk)
    letter.refresh_from_db()
    assert letter.state == Letter.State.UNKNOWN


def test_one_click_stops_the_letters_without_a_session_and_a_look_does_not(client: Any, sora: User) -> None:
    address = f"/unsubscribe/{letters.token(sora.pk, 'mentioned')}"
    assert client.get(address).status_code == 200
    sora.refresh_from_db()
    assert kinds.preference(sora, together.MENTIONED).mail == Mail.NOW
    answer = client.post(address, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    sora.refresh_from_db()
    assert kinds.preference(sora, together.MENTIONED).mail == Mail.NEVER
    assert kinds.preference(sora, together.ASSIGNED).mail == Mail.NOW
    assert client.post(f"{address}x").status_code == 404


def test_what_somebody_does_not_want_is_neither_shown_nor_mailed(haruto: User, sora: User, kokoro: Book) -> None:
    notifications.prefer(actor=sora, kind=together.MENTIONED, in_product=False, mail=Mail.NEVER)
    collaboration.comment(actor=haruto, record=kokoro, text="Look, @Sora.", mentions=[sora.pk])
    run_waiting()
    assert not Notification.objects.filter(user=sora).exists()
    assert not mail.outbox


def test_reading_and_taking_it_back(mentioned: Notification, sora: User, visit: Visit) -> None:
    someone = visit(sora)
    assert "k-dot" in someone.get("/notifications/dot").content.decode()
    assert someone.get(f"/notifications/{mentioned.pk}")["Location"] == f"/books/{mentioned.record_id}"
    assert "k-dot" not in someone.get("/notifications/dot").content.decode()
    someone.send(f"/notifications/{mentioned.pk}/unread")
    assert queries.count_unread(sora)
    at = notifications.mark_all_read(actor=sora)
    assert not queries.count_unread(sora)
    notifications.mark_unread(actor=sora, read_at=at)
    assert queries.count_unread(sora)


def test_nobody_reads_for_another(mentioned: Notification, mika: User) -> None:
    with pytest.raises(Missing):
        notifications.mark_read(actor=mika, notification_id=mentioned.pk)
    notifications.mark_unread(actor=mika, notification_id=mentioned.pk)
    assert mentioned.read_at is None


def test_the_page_goes_on_where_it_stopped_with_the_same_few_queries(
    sora: User, haruto: User, kokoro: Book, django_assert_max_num_queries: Any
) -> None:
    for number in range(1, 36):
        news = News(kind=together.CHANGED, key=f"event:{number}", resource="book", actor_id=haruto.pk, event_id=number)
        notifications.tell(news, {sora.pk: [kokoro.pk]})
    with django_assert_max_num_queries(8):
        lines, more = queries.newest(sora)
    rest, end = queries.newest(sora, before=more)
    assert (len(lines), len(rest), end) == (30, 5, None)


def test_a_deleted_record_is_told_no_more(mentioned: Notification, haruto: User, sora: User, kokoro: Book) -> None:
    records.delete(actor=haruto, record=kokoro)
    assert not queries.count_unread(sora)
