"""How good the records are, for programs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.customers.quality import services
from kizuna.customers.quality.models import Round

pytestmark = pytest.mark.django_db


def test_a_program_reads_the_figures_and_lists_what_they_count(program: Any, mika: User, nobody: User) -> None:
    assert program(nobody).get("/quality").status_code == 403
    assert program(mika).get("/quality").json()["as_of"] is None
    values = {"family_name": "Kim", "emails": ["kim@mailinator.com"], "owner": mika.pk}
    kim = records.create(actor=SYSTEM, resource=registry.get("contact"), values=values)
    services.carry_out(round_id=Round.objects.create().pk)
    answer = program(mika).get("/quality").json()
    contacts = next(kind for kind in answer["kinds"] if kind["plural"] == "contacts")
    assert (contacts["count"], contacts["completeness"]) == (1, 37.5)
    (found,) = [one for one in contacts["findings"] if one["code"] == "disposable"]
    listed = program(mika).get("/contacts", filter=json.dumps(found["filter"])).json()["items"]
    assert (found["count"], [one["id"] for one in listed]) == (1, [kim.pk])
    assert (listed[0]["completeness"], listed[0]["findings"]) == (38, ["disposable", "poor"])
    program(mika).post(f"/contacts/{kim.pk}/actions/confirm_right", {})
    assert program(mika).get(f"/contacts/{kim.pk}").json()["findings"] == []
