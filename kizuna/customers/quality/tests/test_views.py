"""The cockpit, the queue and the panel of a record, as people meet them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client

from kizuna.base.jobs import run_waiting
from kizuna.customers.contacts.models import Contact
from kizuna.customers.quality.models import Verdict

pytestmark = pytest.mark.django_db
Enter = Callable[..., Any]
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def text_of(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_a_figure_leads_to_its_records_and_to_what_mends_them(
    enter: Enter, client: Client, look: Any, haruto: Any, mika: Any
) -> None:
    kim = enter("contact", haruto, family_name="Kim", emails=["kim@mailinator.com"])
    client.force_login(mika)
    assert "Nothing has been counted yet" in text_of(client.get("/quality"))
    look()
    page = client.get("/quality").content.decode()
    (url,) = re.findall(r'href="(/contacts\?filter=[^"]*disposable[^"]*)">Throw', page)
    listed = client.get(url).content.decode()
    assert f"/contacts/{kim.pk}" in listed
    assert "Throw-away mail" in listed
    (mend,) = re.findall(r'hx-get="(/contacts/bulk/actions/drop_bad_addresses\?all=1[^"]*disposable[^"]*)"', page)
    dialog = client.get(mend.replace("&amp;", "&"))
    assert "Remove bad addresses (1)" in text_of(dialog)
    state = unquote(mend.replace("&amp;", "&").partition("filter=")[2])
    mended = client.post("/contacts/bulk/actions/drop_bad_addresses", {"all": "1", "filter": state})
    assert Contact.objects.get(pk=kim.pk).emails == []
    assert 'hx-trigger="kizuna:changed from:body"' in page
    (undo,) = re.findall(r"/bulk/\d+/undo", mended.headers["HX-Trigger"])
    client.post(undo, headers=PART)
    assert Contact.objects.get(pk=kim.pk).emails == kim.emails
    run_waiting()
    client.post("/contacts/bulk/actions/drop_bad_addresses", {"all": "1", "filter": state})
    page = client.get("/quality").content.decode()
    assert "What you have changed since is being counted" in page
    again = 'hx-trigger="kizuna:changed from:body, every 2s"'
    assert again in page
    run_waiting()
    page = client.get("/quality").content.decode()
    assert "being counted" not in page
    assert again not in page
    assert "disposable" not in page


def test_the_page_is_for_those_who_see_what_it_tells_of(client: Client, nobody: Any, victor: Any, look: Any) -> None:
    look()
    client.force_login(nobody)
    assert client.get("/quality").status_code == 403
    assert client.post("/quality/reckon").status_code == 403
    assert client.get("/quality/contacts/queue").status_code == 403
    client.force_login(victor)
    page = client.get("/quality").content.decode()
    assert "Contacts" in page
    assert "/bulk/" not in page
    assert client.get("/quality/notes/queue").status_code == 404


def test_a_reckoning_is_asked_for_and_watched(client: Client, mika: Any) -> None:
    client.force_login(mika)
    assert client.post("/quality/reckon").status_code == 302
    assert "quality/progress" in client.get("/quality").content.decode()
    assert client.get("/quality/progress", headers={"HX-Request": "true"}).status_code == 200
    run_waiting()
    answer = client.get("/quality/progress", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/quality"
    assert "As of" in text_of(client.get("/quality"))


def test_the_queue_shows_what_a_person_sees_and_takes_decisions(
    enter: Enter, client: Client, look: Any, haruto: Any, grant: Any
) -> None:
    mine = enter("contact", haruto, family_name="Mine", emails=["mine@mailinator.com", "mine@gmail.con"])
    enter("contact", None, family_name="Theirs", emails=["theirs@mailinator.com"])
    look()
    grant(haruto, contact={"read": "own", "update": "own"})
    client.force_login(haruto)
    page = text_of(client.get("/quality/contacts/queue"))
    assert page.count("Mine") == 1
    assert "Theirs" not in page
    assert "Address cannot be right" in page
    answer = client.post(f"/quality/contacts/{mine.pk}/right").content.decode()
    assert "Mine is right." in answer
    assert "Nothing waits" in text_of(client.get("/quality/contacts/queue"))
    back = f"/quality/contacts/{mine.pk}/verdicts/{Verdict.objects.get().pk}/back"
    assert "Mine" in text_of(client.post(back))
    assert "Mine" in text_of(client.get("/quality/contacts/queue"))


def test_the_queue_goes_on_where_a_page_ends(
    enter: Enter, client: Client, look: Any, mika: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(25):
        enter("contact", mika, family_name=f"Kim{number:02}", emails=[f"k{number}@mailinator.com"])
    look()
    client.force_login(mika)
    first = client.get("/quality/contacts/queue").content.decode()
    (more,) = re.findall(r'hx-get="(/quality/contacts/queue\?after=\d+)"', first)
    second = client.get(more, headers=PART).content.decode()
    names = re.findall(r'aria-label="(Kim\d\d)"', first) + re.findall(r'aria-label="(Kim\d\d)"', second)
    assert sorted(names) == [f"Kim{number:02}" for number in range(25)]


def test_a_record_says_quietly_how_good_it_is(enter: Enter, client: Client, look: Any, haruto: Any, hide: Any) -> None:
    kim = enter("contact", haruto, family_name="Kim", given_name="Min", emails=["kim@mailinator.com"])
    look()
    client.force_login(haruto)
    page = text_of(client.get(f"/contacts/{kim.pk}/panels", headers=PART))
    assert "Data quality 50%" in page
    assert "Missing: Phone, City, Language, Source" in page
    assert "Throw-away mail" in page
    client.post(f"/contacts/{kim.pk}/actions/confirm_right")
    assert "Confirmed as right" in text_of(client.get(f"/contacts/{kim.pk}/panels", headers=PART))
    hide(haruto, "contact", "emails")
    assert "Data quality" not in text_of(client.get(f"/contacts/{kim.pk}/panels", headers=PART))


def test_lists_show_how_complete_records_are(enter: Enter, client: Client, look: Any, haruto: Any, mika: Any) -> None:
    enter("contact", haruto, family_name="Kim", emails=["kim@mailinator.com"])
    look()
    client.force_login(mika)
    page = text_of(client.get("/contacts?columns=name,completeness,findings"))
    assert "38%" in page
    assert "Throw-away mail" in page
    sent = client.post("/contacts/export", {"kind": "jsonl", "which": "picked", "names": ["completeness"]})
    assert b'"completeness":38' in b"".join(sent)
    sent = client.post("/contacts/export", {"kind": "csv", "which": "picked", "names": ["completeness"]})
    assert b"".join(sent).split()[-1] == b"38"  # a number, as spreadsheets and Parquet know it
