"""Fields and kinds of records over the API: defined by administrators, then called like any other."""

from __future__ import annotations

from typing import Any

import pytest

from kizuna.base.access import services as access

pytestmark = pytest.mark.django_db

VISIT = {"labels": {"": "Visit", "ja": "来店"}, "plural_labels": "Visits", "icon": "armchair"}


def test_a_kind_of_record_is_made_given_fields_filled_and_read(program: Any, alice: Any, soseki: Any) -> None:
    api = program(alice)
    made = api.post("/objects", VISIT).json()
    assert (made["key"], made["plural"], made["labels"]["ja"]) == ("x_visit", "x_visits", "来店")
    for field in (
        {"kind": "relation", "labels": "Author", "settings": {"target": "author"}},
        {"kind": "number", "labels": "Hours", "settings": {"places": 1}},
        {"kind": "formula", "labels": "Cost", "settings": {"expression": "hours * 3", "places": 1}},
    ):
        answer = api.post("/fields", {"resource": "x_visits", **field})
        assert answer.status_code == 201, answer.json()

    answer = api.post("/x_visits", {"name": "New chair", "author": soseki.pk, "hours": "1.5"})
    assert answer.status_code == 201, answer.json()
    shown = api.get(f"/x_visits/{answer.json()['id']}").json()
    assert (shown["cost"], shown["author"]["title"]) == ("4.5", "夏目 漱石")
    assert api.patch(f"/x_visits/{shown['id']}", {"cost": "9"}).status_code == 422
    tree = {"field": "cost", "op": "gt", "value": 4}
    assert [row["name"] for row in api.ask("/x_visits", tree, sort="-cost").json()["items"]] == ["New chair"]
    assert "/x_visits/{id}" in api.get("/openapi.json").json()["paths"]
    assert "x_visits" in {one["plural"] for one in api.get("/resources").json()["items"]}


def test_definitions_are_changed_removed_and_brought_back_with_their_versions(program: Any, alice: Any) -> None:
    api = program(alice)
    made = api.post("/objects", VISIT)
    field = api.post("/fields", {"resource": "x_visits", "kind": "text", "labels": "Note"}).json()
    for path, one in ((f"/objects/{made.json()['id']}", made.json()), (f"/fields/{field['id']}", field)):
        changed = api.patch(path, {"labels": "Other"}, if_match='"1"')
        assert (changed.json()["labels"], changed["ETag"]) == ({"": "Other"}, '"2"')
        late = api.patch(path, {"labels": "Late"}, if_match='"1"')
        assert (late.status_code, late.json()["current"]["labels"]) == (412, {"": "Other"})
        assert api.patch(path, {"key": "y"}).status_code == 422
        assert api.delete(path, if_match='"2"').status_code == 204
        if path.startswith("/fields"):
            assert api.get(path).json()["removed_at"]
        assert api.post(f"{path}/restore").json()["removed_at"] is None
        assert one["id"] in [each["id"] for each in api.get(f"/{path.split('/')[1]}").json()["items"]]


def test_mistakes_point_to_what_is_wrong(program: Any, alice: Any) -> None:
    formula = {"resource": "books", "kind": "formula", "labels": "Sum", "settings": {"expression": "pages + "}}
    answer = program(alice).post("/fields", formula)
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/settings/expression"]
    answer = program(alice).post("/fields", {"resource": "books", "kind": "text", "labels": "A", "colour": "red"})
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/colour"]


@pytest.mark.parametrize("name", ["actor", "nonsense", "key"])
def test_what_is_no_setting_of_a_kind_of_record_is_pointed_to(program: Any, alice: Any, name: str) -> None:
    sent = {"labels": "Boat", "plural_labels": "Boats", name: 1}
    answer = program(alice).post("/objects", sent)
    assert answer.status_code == 422
    assert name in answer.content.decode()


def test_only_administrators_define_and_only_roles_with_a_right_read(program: Any, alice: Any, haruto: Any) -> None:
    program(alice).post("/objects", VISIT)
    api = program(haruto)
    assert {api.get(path).status_code for path in ("/fields", "/objects", "/x_visits")} == {403}
    assert api.post("/objects", VISIT).status_code == 403
    access.set_grant(actor=alice, role=haruto.roles.get(), resource="x_visit", operation="read", scope=3)
    assert program(haruto).get("/x_visits").json()["items"] == []
