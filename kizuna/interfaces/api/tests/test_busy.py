"""When people are busy, for programs."""

from __future__ import annotations

from typing import Any

import pytest

from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.resources import registry

pytestmark = pytest.mark.django_db


def test_a_program_asks_who_is_busy_and_when_everybody_is_free(
    program: Any, haruto: User, sora: User, carol: User, grant: Any
) -> None:
    values = {"title": "Salary talk", "day": "2026-11-23", "start_time": "10:00", "end_time": "11:30"}
    meeting = records.create(actor=sora, resource=registry.get("meeting"), values=values)
    asked = {"people": f"{haruto.pk},{sora.pk}", "from": "2026-11-23T00:00Z", "to": "2026-11-25T00:00Z", "minutes": 60}
    answer = program(haruto).get("/busy", **asked).json()
    mine, hers = sorted(answer["people"], key=lambda one: one["id"] == sora.pk)
    assert mine["busy"] == []
    (busy,) = hers["busy"]
    assert (busy["meeting"], busy["maybe"]) == ({"id": meeting.pk, "title": "Salary talk"}, False)
    assert len(answer["free"]) == 3
    grant(carol, meeting={"read": "own", "create": "own"})
    (hers,) = program(carol).get("/busy", people=sora.pk, **{"from": "2026-11-23T00:00Z"}).json()["people"]
    assert hers["busy"][0]["meeting"] is None
    assert program(haruto).get("/busy", **asked | {"to": "2026-11-20T00:00Z"}).status_code == 422
    assert program(haruto).get("/busy", people="x").status_code == 422


def test_a_program_says_whether_its_person_comes(program: Any, haruto: User, sora: User) -> None:
    meeting = records.create(
        actor=haruto, resource=registry.get("meeting"), values={"title": "Talk", "day": "2199-11-23"}
    )
    records.create(actor=haruto, resource=registry.get("attendee"), values={"meeting": meeting.pk, "user": sora.pk})
    path = f"/meetings/{meeting.pk}/answer"
    kept = program(sora).post(path, {"status": "declined"}).json()
    assert (kept["meeting"], kept["status"]) == (meeting.pk, "declined")
    assert program(sora).post(path, {"status": "perhaps"}).status_code == 422
    assert program(sora).post(path, {"state": "accepted"}).status_code == 422
    assert program(haruto).post(path, {"status": "accepted"}).status_code == 422
    assert program(sora).post(f"/contacts/{meeting.pk}/answer", {"status": "accepted"}).status_code == 404
