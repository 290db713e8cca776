"""A website tells of somebody who asks."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from kizuna.customers.consent.models import Purpose
from kizuna.customers.leads.models import Lead, LeadConsent, LeadTouch

pytestmark = pytest.mark.django_db
YOKO = {"family_name": "青葉", "emails": ["yoko@aoba.example"], "message": "Two sofas, please."}


def test_a_website_captures_a_lead_once_with_what_they_agreed_to(haruto, program) -> None:
    api, lately = program(haruto), timezone.now() - dt.timedelta(days=3)
    body: dict[str, Any] = {
        "lead": YOKO | {"campaign": "Spring"}, "consents": [{"purpose": "marketing", "channel": "email"}],
        "key": "form:77", "happened_at": lately.isoformat(),
    }  # fmt: skip
    made = api.post("/leads/capture", body)
    assert made.status_code == 201
    lead = Lead.objects.get()
    assert made.json() == {"id": lead.pk, "is_new": True, "enquiry_id": LeadTouch.objects.get().pk}
    assert made.headers["Location"] == f"/api/v1/leads/{lead.pk}"
    assert LeadConsent.objects.get().purpose == Purpose.objects.get(code="marketing")
    assert api.post("/leads/capture", body).json() == made.json() | {"is_new": False}
    assert api.post("/leads/capture", body | {"key": "form:77\x00 "}).json() == made.json() | {"is_new": False}
    again = api.post("/leads/capture", {"lead": YOKO | {"message": "And a table."}})
    assert (again.status_code, again.json()["id"]) == (200, lead.pk)


def test_what_cannot_be_taken_in_is_said_by_its_place(haruto, victor, program) -> None:
    api = program(haruto)
    for body, path in (
        ({}, "lead"),
        ({"lead": YOKO | {"emails": ["x"]}}, "lead.emails.0.value"),
        ({"lead": YOKO, "consents": [{"purpose": "nothing", "channel": "email"}]}, "consents.0.purpose"),
        ({"lead": YOKO, "consents": [{"purpose": "marketing", "channel": "smoke"}]}, "consents.0.channel"),
        ({"lead": YOKO, "consents": "all"}, "consents"),
        ({"lead": YOKO, "happened_at": "soon"}, "happened_at"),
        ({"lead": YOKO, "happened_at": "0001-01-02T00:00:00Z"}, "happened_at"),
        ({"lead": YOKO, "consents": [{"purpose": "\x00", "channel": "email"}]}, "consents.0.purpose"),
        ({"lead": YOKO, "colour": "red"}, "colour"),
    ):
        answer = api.post("/leads/capture", body)
        assert answer.status_code == 422, body
        assert path.replace(".", "/") in answer.content.decode() or path in answer.content.decode(), answer.content
    assert Lead.objects.count() == 0
    assert program(victor).post("/leads/capture", {"lead": YOKO}).status_code == 403
    assert api.post("/contacts/capture", {"lead": YOKO}).status_code == 404


def test_what_a_conversion_would_make_is_looked_at_first(program, haruto) -> None:
    api = program(haruto)
    lead = api.post("/leads/capture", {"lead": {"family_name": "青葉", "company_name": "Aoba Hotel"}}).json()["id"]
    Lead.objects.update(owner=haruto)
    path = f"/leads/{lead}/actions/convert_lead"
    seen = api.post(f"{path}/preview", {"new_company": True, "opportunity": "Sofas"}).json()["items"]
    assert [(one["resource"], one["id"]) for one in seen] == [
        ("company", None),
        ("contact", None),
        ("opportunity", None),
    ]
    assert (seen[2]["values"]["name"], sorted(seen[2]["links"])) == ("Sofas", ["company", "contact"])
    assert api.get("/contacts").json()["items"] == []
    assert api.post(f"/leads/{lead}/actions/revert_conversion/preview").status_code == 404
