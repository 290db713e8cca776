"""Colleagues who are asked to a meeting: they see it, hear of it, and answer, whichever team it belongs to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from kizuna.base.collaboration import queries as collaboration
from kizuna.base.events import current_origin
from kizuna.base.events.origin import originating
from kizuna.base.identity.models import User
from kizuna.base.jobs import run_waiting
from kizuna.base.notifications import queries as notifications
from kizuna.base.records import services as records
from kizuna.base.records.history import history
from kizuna.base.resources import registry
from kizuna.base.search import queries as search
from kizuna.base.testing.events import Published
from kizuna.base.testing.visiting import page_of
from kizuna.base.types.errors import Refused
from kizuna.customers.contacts.models import Contact
from kizuna.customers.timeline import queries, services
from kizuna.customers.timeline.events import InvitationAnswered
from kizuna.customers.timeline.models import Attendee, Meeting
from kizuna.customers.timeline.services.invitations import answer_token
from kizuna.customers.timeline.tests.conftest import Make

TITLE = "新しい事務所の照明についての打ち合わせ"


@pytest.fixture
def talk(make: Make, haruto: User) -> Meeting:
    """In a week, Haruto meets some people."""
    return make("meeting", title=TITLE, day=timezone.localdate() + dt.timedelta(days=7), owner=haruto)


@pytest.fixture
def yoko(make: Make, haruto: User) -> Contact:
    """A customer of Haruto's."""
    return make("contact", family_name="山本", emails=[{"value": "yoko@aoba.example"}], owner=haruto)


@pytest.fixture
def ask(haruto: User, talk: Meeting) -> Callable[..., Attendee]:
    """`ask(user=carol)`: Haruto asks somebody to the talk."""

    def create(**whom: Any) -> Any:
        values = {"meeting": talk.pk} | {name: one.pk for name, one in whom.items()}
        return records.create(actor=haruto, resource=registry.get("attendee"), values=values)

    return create


@pytest.fixture
def carol(carol: User, grant: Any) -> User:
    """She sees what is her own, and nobody's customers."""
    grant(carol, **{key: {"read": "own", "create": "own"} for key in ("contact", "company", "meeting", "attendee")})
    return carol


def test_who_is_asked_sees_the_meeting_and_the_colleagues_who_come(
    talk: Meeting, ask: Any, yoko: Contact, make: Make, haruto: User, sora: User, carol: User
) -> None:
    make("meeting", title="Something else", day="2026-12-01", owner=haruto)
    assert not Meeting.objects.visible_to(carol).exists()
    ask(contact=yoko)
    colleagues = [ask(user=sora), ask(user=carol)]
    assert list(Meeting.objects.visible_to(carol)) == [talk]
    assert list(Attendee.objects.visible_to(carol).order_by("pk")) == colleagues
    assert not Meeting.objects.permitted(carol, "update").exists()
    assert not Attendee.objects.permitted(carol, "delete").exists()
    assert [hit.id for hit in search.find(carol, TITLE[:6])] == [talk.pk]
    assert Meeting.objects.visible_to(carol).filter(search.matching(registry.get("meeting"), carol, TITLE[:6])).exists()


def test_who_does_not_see_the_customer_does_not_see_what_is_about_them_by_being_asked(
    talk: Meeting, ask: Any, yoko: Contact, haruto: User, carol: User
) -> None:
    guest = ask(user=carol)
    records.update(actor=haruto, record=talk, changes={"contact": yoko.pk})
    assert not Meeting.objects.visible_to(carol).exists()
    assert not Attendee.objects.visible_to(carol).filter(pk=guest.pk).exists()


def test_who_may_not_see_what_it_is_about_cannot_be_asked(
    talk: Meeting, ask: Any, yoko: Contact, haruto: User, sora: User, carol: User, mailoutbox: list[Any]
) -> None:
    records.update(actor=haruto, record=talk, changes={"contact": yoko.pk})
    with pytest.raises(Refused, match="Carol may not see this meeting, or whom it is about"):
        ask(user=carol)
    ask(user=sora)
    run_waiting()
    assert [letter.to for letter in mailoutbox] == [[sora.email]]


def test_who_sees_it_no_longer_reads_in_no_letter_what_it_is_about_now(
    talk: Meeting, ask: Any, yoko: Contact, haruto: User, carol: User, visit: Any, mailoutbox: list[Any]
) -> None:
    token = answer_token(ask(user=carol))
    run_waiting()
    assert TITLE in str(mailoutbox[0].message())
    assert services.invited_by(token)
    secret = {"contact": yoko.pk, "title": "Salaries at Aoba", "place": "Aoba Hotel", "body": "Bring the figures"}
    records.update(actor=haruto, record=talk, changes=secret)
    run_waiting()
    _first, last = mailoutbox
    assert "METHOD:CANCEL" in last.alternatives[0][0]
    assert "Aoba" not in last.subject + last.body + last.alternatives[0][0]
    assert "figures" not in last.body + last.alternatives[0][0]
    assert services.invited_by(token) is None
    assert visit(carol).get(f"/meetings/{talk.pk}").status_code == 404
    assert not notifications.newest(carol)[0]


def test_a_letter_names_no_guest_whom_its_reader_may_not_see(
    ask: Any, yoko: Contact, carol: User, mailoutbox: list[Any]
) -> None:
    ask(contact=yoko)
    ask(user=carol)
    run_waiting()
    to_carol, to_yoko = sorted((letter for letter in mailoutbox), key=lambda letter: letter.to != [carol.email])[:2]
    assert "yoko@aoba.example" not in to_carol.alternatives[0][0]
    assert carol.email in to_carol.alternatives[0][0]
    assert "yoko@aoba.example" in to_yoko.alternatives[0][0]


def test_a_letter_leaves_out_fields_that_its_reader_may_not_read(
    talk: Meeting, ask: Any, haruto: User, carol: User, hide: Any, mailoutbox: list[Any]
) -> None:
    records.update(actor=haruto, record=talk, changes={"place": "会議室三", "body": "Salaries"})
    hide(carol, "meeting", "place")
    hide(carol, "meeting", "body")
    ask(user=User.objects.get(pk=carol.pk))
    run_waiting()
    (letter,) = mailoutbox
    assert TITLE in letter.subject
    assert "会議室三" not in letter.body + letter.alternatives[0][0]
    assert "Salaries" not in letter.body + letter.alternatives[0][0]


def test_who_is_not_asked_any_more_does_not_find_it(talk: Meeting, ask: Any, haruto: User, carol: User) -> None:
    records.delete(actor=haruto, record=ask(user=carol))
    assert not Meeting.objects.visible_to(carol).exists()
    assert not Attendee.objects.visible_to(carol).exists()


def test_whose_roles_read_no_meetings_reads_none_by_being_asked(
    talk: Meeting, ask: Any, carol: User, grant: Any
) -> None:
    ask(user=carol)
    grant(carol, meeting={"read": "none"})
    assert not Meeting.objects.visible_to(User.objects.get(pk=carol.pk)).exists()


def test_it_stands_among_their_own_meetings_and_in_their_calendar(talk: Meeting, ask: Any, carol: User) -> None:
    ask(user=carol)
    assert list(Meeting.objects.visible_to(carol).filter(queries.of_person(carol.pk))) == [talk]
    assert talk.uid.hex in services.feed_of(carol).decode().replace("-", "")


def test_the_bell_tells_once_who_asks_to_what_and_they_follow_it(
    talk: Meeting, ask: Any, haruto: User, carol: User
) -> None:
    ask(user=carol)
    run_waiting()
    lines, _older = notifications.newest(carol)
    assert [(line.text, line.url) for line in lines] == [(f"Haruto asks you to {TITLE}", f"/meetings/{talk.pk}")]
    assert collaboration.following(carol, registry.get("meeting"), talk)[0]
    assert notifications.newest(haruto)[0] == []


def test_guests_of_the_next_one_of_a_series_are_not_told_again(
    talk: Meeting, ask: Any, haruto: User, carol: User
) -> None:
    records.update(actor=haruto, record=talk, changes={"repeats": "FREQ=WEEKLY"})
    ask(user=carol)
    services.continue_series(now=timezone.now() + dt.timedelta(days=9))
    run_waiting()
    assert Attendee.objects.filter(user=carol).count() == 2
    assert len([line for line in notifications.newest(carol)[0] if line.notification.kind == "invited"]) == 1


def test_the_page_lists_who_comes_and_whether_they_have_to(
    talk: Meeting, ask: Any, haruto: User, sora: User, visit: Any
) -> None:
    guest = ask(user=sora)
    assert "No answer yet, Required" in page_of(visit(haruto).ask(f"/meetings/{talk.pk}/panels"))
    records.update(actor=haruto, record=guest, changes={"is_required": False})
    page = page_of(visit(haruto).ask(f"/meetings/{talk.pk}/panels"))
    assert ">No answer yet<" in page


def test_they_answer_on_its_page_in_their_own_name(
    talk: Meeting, ask: Any, carol: User, visit: Any, published: Published
) -> None:
    guest = ask(user=carol)
    assert "Will you come?" in page_of(visit(carol).get(f"/meetings/{talk.pk}"))
    answer = visit(carol).send(f"/meetings/{talk.pk}/answer", status="accepted")
    assert "Your answer: Accepted." in page_of(answer)
    guest.refresh_from_db()
    assert (guest.status, guest.answered_at is None) == ("accepted", False)
    told = published.one(InvitationAnswered)
    assert (told.attendee_id, told.status, told.sent_by_mail) == (guest.pk, "accepted", False)
    assert history(actor=carol, record=talk)[0].actor_id == carol.pk


def test_the_history_names_who_answered_to_those_who_may_see_them(
    talk: Meeting, ask: Any, yoko: Contact, haruto: User, carol: User, visit: Any
) -> None:
    ask(user=carol)
    services.answer_invitation(attendee=ask(contact=yoko), status="declined")

    def read_by(reader: User) -> str:
        return strip_tags(page_of(visit(reader).get(f"/meetings/{talk.pk}/history")))

    assert "山本 declined the invitation" in read_by(haruto)
    assert "An invitation was answered" in read_by(carol)
    assert "declined the invitation" not in read_by(carol)


def test_nobody_answers_what_they_are_not_asked(
    talk: Meeting, ask: Any, haruto: User, sora: User, carol: User, visit: Any
) -> None:
    ask(user=sora)
    assert "record-asked" not in page_of(visit(haruto).get(f"/meetings/{talk.pk}"))
    assert visit(haruto).send(f"/meetings/{talk.pk}/answer", status="accepted").status_code == 422
    assert visit(carol).send(f"/meetings/{talk.pk}/answer", status="accepted").status_code == 404
    assert visit(sora).send(f"/meetings/{talk.pk}/answer", status="perhaps").status_code == 422
    assert set(Attendee.objects.values_list("status", flat=True)) == {"needs-action"}


def test_what_is_over_asks_nobody(talk: Meeting, ask: Any, sora: User, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(user=sora)
    monkeypatch.setattr(timezone, "now", lambda: talk.ends_at + dt.timedelta(minutes=1))
    with pytest.raises(Refused):
        services.answer_meeting(actor=sora, meeting=talk, status="accepted")


def test_what_nobody_is_to_be_told_of_invites_nobody(
    ask: Any, yoko: Contact, talk: Meeting, sora: User, haruto: User, mailoutbox: list[Any]
) -> None:
    """Meetings of another calendar, brought in quietly; a later change of one of them is told as usual."""
    with originating(replace(current_origin(), is_quiet=True)):
        ask(contact=yoko)
        ask(user=sora)
    run_waiting()
    assert (mailoutbox, notifications.count_unread(sora)) == ([], 0)
    records.update(actor=haruto, record=talk, changes={"title": "Later"})
    run_waiting()
    assert {to for mail in mailoutbox for to in mail.to} >= {"yoko@aoba.example"}
