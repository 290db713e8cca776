"""What people see of sequences: on customers, on a sequence, on a draft and on Home."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from kizuna.customers.sequences import services
from kizuna.customers.sequences.models import Enrolment, MailDraft


@pytest.fixture
def yoko(sequence, person, haruto) -> Any:
    """Haruto's, in a sequence; its mail waits for him."""
    found = person("Yoko", owner=haruto)
    services.enrol_contact(actor=haruto, contact=found, sequence=sequence())
    services.take_due_steps(now=timezone.now() + dt.timedelta(days=7))
    return found


def test_a_customer_says_in_which_sequence_they_are(client, yoko, haruto, django_assert_max_num_queries) -> None:
    client.force_login(haruto)
    with django_assert_max_num_queries(16):
        part = client.get(f"/contacts/{yoko.pk}/sequence-panel").content.decode()
    assert "After an enquiry" in part
    assert "Step 1 of 3" in part
    assert "enrol_contact" in part
    assert f"/maildrafts/{MailDraft.objects.get().pk}" in part  # what waits is one press away
    assert "{{" not in part


def test_who_does_not_see_them_gets_nothing(client, yoko, nobody) -> None:
    client.force_login(nobody)
    assert client.get(f"/contacts/{yoko.pk}/sequence-panel").status_code == 404


def test_a_sequence_says_how_it_goes_and_each_figure_leads_to_its_people(client, yoko, haruto) -> None:
    client.force_login(haruto)
    one = Enrolment.objects.get()
    part = client.get(f"/sequences/{one.sequence_id}/sequence-panel").content.decode()
    assert "Running" in part
    found = client.get("/enrolments", {"filter": '{"all":[{"field":"status","op":"is","value":"running"}]}'})
    assert f"/enrolments/{one.pk}" in found.content.decode()
    steps = client.get(f"/enrolments/{one.pk}/sequence-panel").content.decode()
    assert f"/maildrafts/{MailDraft.objects.get().pk}" in steps


def test_a_preview_reads_like_the_mail_for_a_real_person(client, yoko, haruto) -> None:
    client.force_login(haruto)
    number = Enrolment.objects.get().sequence_id
    assert "{{ first name }}" in client.get(f"/sequences/{number}/preview").content.decode()
    page = client.get(f"/sequences/{number}/preview", {"contact": yoko.pk}).content.decode()
    assert "Dear Yoko," in page


def test_a_draft_is_mended_and_sent_from_its_page(client, yoko, haruto) -> None:
    client.force_login(haruto)
    draft = MailDraft.objects.get()
    url = f"/maildrafts/{draft.pk}"
    assert "send_draft" in client.get(url).content.decode()
    client.post(f"{url}/fields/body", {"body": "Dear Yoko, see you.", "version": draft.version})
    assert client.post(f"{url}/actions/send_draft", headers={"HX-Request": "true"}).status_code in (200, 204)
    draft.refresh_from_db()
    assert (draft.body, draft.status, draft.sent_by) == ("Dear Yoko, see you.", "sending", haruto)
    assert client.post(f"{url}/fields/body", {"body": "Later"}).status_code in (403, 404)


def test_a_draft_says_why_it_may_not_go(client, sequence, person, haruto) -> None:
    ren = person("Ren", owner=haruto)
    services.enrol_contact(actor=haruto, contact=ren, sequence=sequence("Advertising", of="marketing"))
    services.take_due_steps(now=timezone.now() + dt.timedelta(days=7))
    client.force_login(haruto)
    page = client.get(f"/maildrafts/{MailDraft.objects.get().pk}").content.decode()
    assert "There is no consent." in page


def test_home_shows_the_mails_that_wait_for_me(client, yoko, haruto, mika) -> None:
    for who, expected in ((haruto, True), (mika, False)):
        client.force_login(who)
        found = client.get("/today/panels/mails").content.decode()
        assert ("The sofas for you" in found) == expected


def test_many_are_enrolled_from_the_list_and_over_the_api(client, sequence, person, haruto) -> None:
    after, ren = sequence(), person("Ren", owner=haruto)
    client.force_login(haruto)
    done = client.post(
        f"/contacts/{ren.pk}/actions/enrol_contact", {"sequence": after.pk}, headers={"HX-Request": "true"}
    )
    assert done.status_code in (200, 204)
    assert Enrolment.objects.get().contact_id == ren.pk
