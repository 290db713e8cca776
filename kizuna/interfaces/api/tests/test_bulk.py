"""Many records at once over the API: begun, looked at, taken back; and refused where a program says too little."""

from __future__ import annotations

from typing import Any

import pytest

from kizuna.base.identity.models import User
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.records import services as records
from kizuna.base.resources.resource import Resource
from kizuna.base.testing.library.models import Book

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(mika: User, books: Resource) -> list[Book]:
    made = [Book(title=f"Book {number}", owner=mika, pages=100 + number) for number in range(4)]
    return records.create_many(actor=mika, resource=books, records=made)  # type: ignore[return-value]


def thicker_than(pages: int) -> dict[str, Any]:
    return {"field": "pages", "op": "gt", "value": pages}


def test_all_that_match_are_changed_and_each_row_is_told_of(program, mika: User, shelf: list[Book]) -> None:
    mine = program(mika)
    begun = mine.post(
        "/books/bulk", {"operation": "edit", "filter": thicker_than(101), "changes": {"status": "wanted"}}
    )
    sheet = begun.json()
    assert (begun.status_code, begun["Location"]) == (202, f"/api/v1/bulk/{sheet['id']}")
    assert (sheet["state"], sheet["total"], sheet["done"]) == ("done", 2, 2)
    assert Book.objects.filter(status="wanted").count() == 2
    rows = mine.get(f"/bulk/{sheet['id']}/rows", limit=1).json()
    assert rows["items"] == [{"record_id": shelf[2].pk, "title": "Book 2", "outcome": "done", "reason": ""}]
    rest = mine.get(f"/bulk/{sheet['id']}/rows", limit=1, cursor=rows["next_cursor"]).json()
    assert [row["title"] for row in rest["items"]] == ["Book 3"]
    assert mine.get(f"/bulk/{sheet['id']}/rows", outcome="refused").json()["items"] == []
    undone = mine.post(f"/bulk/{sheet['id']}/undo")
    assert (undone.status_code, undone.json()["undoes"]) == (202, sheet["id"])
    assert not Book.objects.filter(status="wanted").exists()


def test_many_wait_for_their_job_and_can_be_stopped(program, mika: User, books: Resource) -> None:
    many = [Book(title=f"Book {number}", owner=mika) for number in range(510)]
    records.create_many(actor=mika, resource=books, records=many)
    mine = program(mika)
    sheet = mine.post("/books/bulk", {"operation": "delete", "all": True}).json()
    assert sheet["state"] == "waiting"
    assert mine.get(f"/bulk/{sheet['id']}").json()["state"] == "waiting"
    assert mine.post(f"/bulk/{sheet['id']}/cancel").json()["state"] == "cancelled"
    run_waiting()
    assert Book.objects.live().count() == 510


def test_a_verb_and_what_it_was_refused_for(program, mika: User, shelf: list[Book]) -> None:
    records.update(actor=mika, record=shelf[0], changes={"status": "lent"})
    body = {"operation": "act", "action": "lend_book", "arguments": {"to": "Aya"}, "ids": [book.pk for book in shelf]}
    sheet = program(mika).post("/books/bulk", body).json()
    assert (sheet["done"], sheet["refused"]) == (3, 1)
    (row,) = program(mika).get(f"/bulk/{sheet['id']}/rows", outcome="refused").json()["items"]
    assert (row["record_id"], row["reason"]) == (shelf[0].pk, "This book is not on the shelf.")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"operation": "delete"}, "/ids"),
        ({"operation": "delete", "all": False}, "/ids"),
        ({"operation": "delete", "filter": {}}, "/ids"),
        ({"operation": "delete", "ids": [1], "all": True}, "/ids"),
        ({"operation": "delete", "ids": ["1"]}, "/ids"),
        ({"operation": "burn", "all": True}, "/operation"),
        ({"operation": "edit", "all": True, "changes": {"pages": "many"}}, "/changes/pages"),
        ({"operation": "edit", "all": True}, "/changes"),
        ({"operation": "act", "action": "lend_book", "all": True}, "/arguments/to"),
        ({"operation": "delete", "filter": {"field": "nonsense", "op": "is", "value": 1}}, "/filter/field"),
        ({"operation": "delete", "all": True, "fliter": {}}, "/fliter"),
    ],
)
def test_what_is_not_said_clearly_is_refused_with_a_pointer(
    program, mika: User, shelf: list[Book], body: dict[str, Any], pointer: str
) -> None:
    answer = program(mika).post("/books/bulk", body)
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert Book.objects.live().filter(status="held").count() == 4


def test_a_key_makes_it_once_and_a_sheet_is_ones_own(
    program, mika: User, haruto: User, alice: User, victor: User, shelf: list[Book]
) -> None:
    body = {"operation": "edit", "ids": [shelf[0].pk], "changes": {"pages": 7}}
    first = program(mika).post("/books/bulk", body, Idempotency_Key="a").json()
    again = program(mika).post("/books/bulk", body, Idempotency_Key="a").json()
    assert first["id"] == again["id"]
    assert program(haruto).get(f"/bulk/{first['id']}").status_code == 404
    assert program(haruto).get("/bulk").json()["items"] == []
    assert program(alice).get(f"/bulk/{first['id']}").status_code == 200
    assert program(victor).post("/books/bulk", body).status_code == 403
    assert program(mika).post("/books/bulk", body | {"operation": "act", "action": "nonsense"}).status_code == 404
