"""Custom fields over the API: read, written, filtered, sorted and described like any other field."""

from __future__ import annotations

from typing import Any

import pytest

from kizuna.base.records import services as records
from kizuna.base.records.models import CustomField
from kizuna.base.resources import editions, registry

pytestmark = pytest.mark.django_db

ROOMS = {"choices": ["Window", "Garden"]}


@pytest.fixture
def fields(alice: Any) -> None:
    """Books have a shelf, a budget, a room, some moods, copies and a translator."""
    for kind, label, settings in (
        ("text", "Shelf", {}),
        ("money", "Budget", {}),
        ("choice", "Room", ROOMS),
        ("choices", "Moods", ROOMS),
        ("number", "Copies", {"places": 1}),
        ("relation", "Translator", {"target": "author"}),
        ("phone", "Desk", {}),
        ("moment", "Opened", {}),
    ):
        books = registry.get("book")
        records.add_custom_field(actor=alice, resource=books, kind=kind, labels=label, settings=settings)


GIVEN: dict[str, Any] = {
    "shelf": "A1",
    "budget": {"amount": "1200", "currency": "JPY"},
    "room": "garden",
    "moods": ["window"],
    "copies": "2.5",
    "desk": {"value": "+81 3-1234-5678", "key": "+81312345678"},
    "opened": "2026-11-20T06:30:00Z",
}


def test_what_is_written_is_read_and_may_be_written_again(program: Any, haruto: Any, soseki: Any, fields: None) -> None:
    api = program(haruto)
    made = api.post("/books", {"title": "Kokoro", "translator": soseki.pk, **GIVEN})
    assert made.status_code == 201, made.json()
    shown = api.get(f"/books/{made.json()['id']}").json()
    assert {name: shown[name] for name in GIVEN} == GIVEN
    assert shown["translator"]["id"] == soseki.pk
    assert shown["translator"]["title"]
    again = {name: shown[name] for name in (*GIVEN, "translator")}
    answer = api.patch(f"/books/{shown['id']}", again)
    assert answer.status_code == 200
    assert answer.json()["version"] == shown["version"]
    (listed,) = api.get("/books").json()["items"]
    assert listed == shown


def test_lists_are_filtered_and_sorted_by_them(program: Any, haruto: Any, fields: None) -> None:
    api = program(haruto)
    for title, copies in (("Botchan", "10"), ("Kokoro", "9.5"), ("Sanshiro", None)):
        api.post("/books", {"title": title, "copies": copies, "room": "garden" if copies else None})
    assert [item["title"] for item in api.get("/books", sort="copies").json()["items"]] == [
        "Kokoro",
        "Botchan",
        "Sanshiro",
    ]
    tree = {"all": [{"field": "room", "op": "is", "value": "garden"}, {"field": "copies", "op": "gt", "value": "9.5"}]}
    assert [item["title"] for item in api.ask("/books", tree).json()["items"]] == ["Botchan"]


def test_mistakes_are_pointed_to(program: Any, haruto: Any, fields: None) -> None:
    answer = program(haruto).post("/books", {"title": "Kokoro", "room": "attic", "budget": {"amount": "1"}})
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/room", "/budget"}


def test_the_description_of_the_api_has_the_fields_of_this_workspace(program: Any, haruto: Any, fields: None) -> None:
    api = program(haruto)
    described = {field["name"]: field for field in api.get("/resources/books").json()["fields"]}
    assert described["room"]["choices"] == [
        {"value": "window", "label": "Window"},
        {"value": "garden", "label": "Garden"},
    ]
    shape = api.get("/openapi.json").json()["components"]["schemas"]["Book"]["properties"]
    assert {*GIVEN, "translator"} <= set(shape)
    assert shape["shelf"]["description"] == "Shelf"


def test_a_removed_field_is_gone_from_the_api_at_once(program: Any, haruto: Any, alice: Any, fields: None) -> None:
    api = program(haruto)
    made = api.post("/books", {"title": "Kokoro", "shelf": "A1"}).json()
    shelf = CustomField.objects.get(name="shelf")
    records.remove_custom_field(actor=alice, field=shelf)
    assert "shelf" not in api.get(f"/books/{made['id']}").json()
    assert api.patch(f"/books/{made['id']}", {"shelf": "B2"}).status_code == 422
    assert api.ask("/books", {"field": "shelf", "op": "is", "value": "A1"}).status_code == 422
    assert api.get("/books", sort="shelf").status_code == 422
    assert "shelf" not in api.get("/openapi.json").json()["components"]["schemas"]["Book"]["properties"]
    records.restore_custom_field(actor=alice, field=shelf)
    assert api.get(f"/books/{made['id']}").json()["shelf"] == "A1"
    editions.look_again()
