"""What those see who do not sign in."""

import datetime as dt

import pytest
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.customers.timeline import services
from kizuna.customers.timeline.services.invitations import answer_token


@pytest.fixture
def guest(haruto, alice):
    day = timezone.localdate() + dt.timedelta(days=3)
    meeting = records.create(
        actor=haruto, resource=registry.get("meeting"), values={"title": "Lamps <b>&", "day": day, "body": "Secret"}
    )
    values = {"meeting": meeting.pk, "user": alice.pk}
    return records.create(actor=haruto, resource=registry.get("attendee"), values=values)


def test_looking_changes_nothing_and_pressing_a_button_answers(client, guest) -> None:
    url = f"/answer/{answer_token(guest)}"
    shown = client.get(url)
    assert shown.status_code == 200
    assert "Lamps &lt;b&gt;&amp;" in shown.content.decode()
    assert "Secret" not in shown.content.decode()
    guest.refresh_from_db()
    assert guest.status == "needs-action"
    assert client.post(url, {"status": "tentative"}).status_code == 200
    guest.refresh_from_db()
    assert guest.status == "tentative"
    assert client.post(url, {"status": "needs-action"}).status_code == 422


def test_a_link_that_nobody_made_leads_nowhere(client, guest) -> None:
    token = answer_token(guest)
    for wrong in (token[:-1], token.replace(":", ":x"), guest.key.hex, "x" * 3000):
        assert client.get(f"/answer/{wrong}").status_code == 404
    assert str(guest.pk) not in token.split(":")


def test_a_meeting_that_is_cancelled_needs_no_answer(client, guest) -> None:
    records.delete(actor=SYSTEM, record=guest.meeting)
    assert client.post(f"/answer/{answer_token(guest)}", {"status": "accepted"}).status_code == 404


def test_a_calendar_program_reads_the_feed_and_asks_whether_it_changed(client, guest, haruto) -> None:
    url = f"/calendar/{services.open_feed(actor=haruto)}.ics"
    answer = client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert b"SUMMARY:Lamps <b>&" in answer.content
    again = client.get(url, headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    records.update(actor=haruto, record=guest.meeting, changes={"title": "Chairs"})
    assert client.get(url, headers={"if-none-match": answer["ETag"]}).status_code == 200
    assert not client.cookies


def test_an_old_address_a_revoked_one_and_that_of_somebody_who_left_do_not_work(client, haruto, guest) -> None:
    old = services.open_feed(actor=haruto)
    new = services.open_feed(actor=haruto)
    assert client.get(f"/calendar/{old}.ics").status_code == 404
    haruto.is_active = False
    haruto.save()
    assert client.get(f"/calendar/{new}.ics").status_code == 404
    haruto.is_active = True
    haruto.save()
    assert client.get(f"/calendar/{new}.ics").status_code == 200
    services.revoke_feed(actor=haruto)
    assert client.get(f"/calendar/{new}.ics").status_code == 404


def test_the_address_is_shown_once_on_the_profile_page(haruto, visit, client) -> None:
    visitor = visit(haruto)
    page = visitor.post("/me/calendar")
    path = page.content.decode().split("/calendar/")[1].split(".ics")[0]
    assert client.get(f"/calendar/{path}.ics").status_code == 200
    assert path not in visitor.get("/me").content.decode()
    visitor.post("/me/calendar/revoke")
    assert client.get(f"/calendar/{path}.ics").status_code == 404
