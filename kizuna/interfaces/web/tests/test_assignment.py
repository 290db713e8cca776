"""Administrators put rules in order and try them out; everybody says when they are away."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from kizuna.base.assignment import queries
from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.customers.leads.models import Lead

pytestmark = pytest.mark.django_db


def made(key: str, **values: Any) -> Any:
    return records.create(actor=SYSTEM, resource=registry.get(key), values=values)


def visitor(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_rules_stand_in_order_are_moved_and_tried_out(alice, haruto, sora) -> None:
    korean = made("assignmentrule", name="Korean", kind="lead", position=1,
                  condition={"field": "language", "op": "is", "value": "ko"})  # fmt: skip
    others = made("assignmentrule", name="The rest", kind="lead", position=2)
    made("assignmentmember", rule=korean.pk, user=sora.pk, weight=2)
    made("assignmentmember", rule=others.pk, user=haruto.pk)
    lead = made("lead", family_name="Kim", language="ko", owner=None)
    web = visitor(alice)
    page = web.get("/settings/assignment").content.decode()
    assert page.index("Korean") < page.index("The rest")
    assert "Sora ×2" in page
    assert "Tried out" not in page
    tried = web.get("/settings/assignment?kind=lead&try=1").content.decode()
    assert "nothing was changed" in tried
    assert "Kim" in tried
    assert Lead.objects.get(pk=lead.pk).owner_id is None
    web.post(f"/settings/assignment/{others.pk}/move", {"to": "up"})
    assert [one.name for one in queries.rules_of("lead")] == ["The rest", "Korean"]
    assert web.get("/settings/assignment?kind=nothing").status_code == 404


def test_the_condition_of_a_rule_is_built_with_the_filter_builder(alice) -> None:
    rule = made("assignmentrule", name="Korean", kind="lead")
    web = visitor(alice)
    page = web.get(f"/assignmentrules/{rule.pk}/edit").content.decode()
    assert "<kizuna-filter>" in page
    assert '"interested in"' in page.lower()
    tree = '{"field":"language","op":"is","value":"ko"}'
    form = {
        "name": "Korean",
        "kind": "lead",
        "way": "round_robin",
        "condition": tree,
        "is_active": "on",
        "position": "1",
    }
    assert web.post(f"/assignmentrules/{rule.pk}/edit", form).status_code == 302
    rule.refresh_from_db()
    assert rule.condition == {"field": "language", "op": "is", "value": "ko"}
    wrong = web.post(f"/assignmentrules/{rule.pk}/edit", form | {"condition": '{"field":"colour","op":"is","value":1}'})
    assert wrong.status_code == 422
    assert "Save first" in web.get("/assignmentrules/new?kind=lead").content.decode()


def test_nobody_else_sets_rules(haruto) -> None:
    web = visitor(haruto)
    assert web.get("/settings/assignment").status_code == 403
    assert web.get("/assignmentrules/new").status_code == 403


def test_a_person_says_when_they_are_away(haruto) -> None:
    web = visitor(haruto)
    today = Reader.of(haruto).today
    form = {"since_on": today.isoformat(), "until_on": (today + dt.timedelta(days=3)).isoformat(), "note": "Holiday",
            "owner": str(haruto.pk)}  # fmt: skip
    assert web.post("/absences/new", form).status_code == 302
    assert queries.absent([haruto]) == {haruto.pk}
    assert "Holiday" in web.get("/me").content.decode()
