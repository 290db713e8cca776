"""The API shows and allows what the access room says, no more."""

from __future__ import annotations

import pytest

from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.testing.library.models import Author, Book

pytestmark = pytest.mark.django_db


def test_a_stranger_finds_nothing_at_any_address_of_a_record(program, carol: User, kokoro: Book) -> None:
    api, path = program(carol), f"/books/{kokoro.pk}"
    answers = [
        api.get(path), api.patch(path, {"title": "Mine"}), api.delete(path), api.get(f"{path}/history"),
        api.post(f"{path}/restore"), api.post(f"{path}/actions/lend_book", {"to": "me"}), api.get(path, view="trash"),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert api.get("/books").json()["items"] == []
    kokoro.refresh_from_db()
    assert (kokoro.title, kokoro.status) == ("Kokoro", "held")


def test_a_viewer_reads_and_is_denied_everything_else(program, victor: User, kokoro: Book) -> None:
    api, path = program(victor), f"/books/{kokoro.pk}"
    assert api.get(path).status_code == 200
    answers = [
        api.post("/books", {"title": "Mine"}), api.patch(path, {"title": "Mine"}), api.delete(path),
        api.post(f"{path}/actions/lend_book", {"to": "me"}),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [403] * 4
    assert {answer.json()["code"] for answer in answers} == {"denied"}


def test_a_team_mate_changes_but_does_not_delete(program, sora: User, kokoro: Book) -> None:
    assert program(sora).patch(f"/books/{kokoro.pk}", {"pages": 1}).status_code == 200
    assert program(sora).delete(f"/books/{kokoro.pk}").status_code == 403


def test_own_team_and_all_reach_as_far_as_they_say(
    program, haruto: User, sora: User, carol: User, nobody: User, grant, books: Resource
) -> None:
    for owner in (haruto, sora, carol):
        records.create(actor=owner, resource=books, values={"title": owner.name})

    def titles() -> list[str]:
        answer = program(haruto).get("/books", fields="title")
        return [item["title"] for item in answer.json()["items"]]

    for scope, seen in (("own", ["Haruto"]), ("team", ["Haruto", "Sora"]), ("all", ["Carol", "Haruto", "Sora"])):
        grant(haruto, book={"read": scope})
        assert titles() == seen
    assert program(nobody).get("/books").status_code == 403


def test_a_hidden_field_is_nowhere(program, haruto: User, kokoro: Book, hide) -> None:
    program(haruto).patch(f"/books/{kokoro.pk}", {"pages": 7_770_777})
    hide(haruto, "book", "pages")
    api, path = program(haruto), f"/books/{kokoro.pk}"
    answers = [
        api.get(path), api.get("/books"), api.get(f"{path}/history"), api.patch(path, {"title": "K"}),
        api.post(f"{path}/actions/lend_book", {"to": "Yoko"}), api.patch(path, {"title": "L"}, If_Match='"1"'),
        api.get("/resources/books"),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 200, 412, 200]
    for answer in answers:
        assert b'"pages"' not in answer.content
        assert b"7770777" not in answer.content
    for query in ({"fields": "pages"}, {"sort": "pages"}, {"filter": '{"field":"pages","op":"gt","value":1}'}):
        answer = api.get("/books", **query)
        assert answer.status_code == 422, query
        assert answer.json()["errors"][0]["parameter"] == next(iter(query))
    wrong = api.patch(path, {"pages": 1})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/pages")


def test_a_read_only_field_is_shown_and_not_written(program, haruto: User, kokoro: Book, hide) -> None:
    hide(haruto, "book", "price", access="read_only")
    api = program(haruto)
    assert "price" in api.get(f"/books/{kokoro.pk}").json()
    answer = api.patch(f"/books/{kokoro.pk}", {"price": {"amount": "1", "currency": "EUR"}})
    assert answer.json()["errors"] == [{"pointer": "/price", "message": "This cannot be changed."}]
    (price,) = [field for field in api.get("/resources/books").json()["fields"] if field["name"] == "price"]
    assert price["writable"] is False


def test_a_list_whose_order_is_hidden_goes_by_number(program, haruto: User, kokoro: Book, hide) -> None:
    hide(haruto, "book", "title")
    (item,) = program(haruto).get("/books").json()["items"]
    assert "title" not in item


def test_the_title_of_a_record_out_of_sight_is_not_told(
    program, haruto: User, sora: User, kokoro: Book, soseki: Author, grant
) -> None:
    grant(sora, book={"read": "all", "update": "all"})
    api, path = program(sora), f"/books/{kokoro.pk}"
    answers = [
        api.get(path), api.get("/books"), api.patch(path, {"pages": 1}), api.get(f"{path}/history"),
        api.patch(path, {"pages": 1}, If_Match='"1"'),
    ]  # fmt: skip
    for answer in answers:
        assert "漱石" not in answer.content.decode()
    assert answers[0].json()["author"] == answers[2].json()["author"] == {"id": soseki.pk, "title": None}


def test_a_title_that_is_hidden_is_not_told_by_what_leads_there(
    program, haruto: User, kokoro: Book, soseki: Author, hide
) -> None:
    hide(haruto, "author", "name")
    api, path = program(haruto), f"/books/{kokoro.pk}"
    told = {"id": soseki.pk, "title": None}
    assert api.get(path).json()["author"] == api.patch(path, {"pages": 1}).json()["author"] == told
    assert api.get("/books").json()["items"][0]["author"] == told


def test_history_tells_no_title_out_of_sight(program, haruto: User, sora: User, kokoro: Book, grant) -> None:
    other = records.create(actor=haruto, resource=registry.get("author"), values={"name": "Hidden Author"})
    program(haruto).patch(f"/books/{kokoro.pk}", {"author": other.pk})
    grant(sora, book={"read": "all"})
    changes = program(sora).get(f"/books/{kokoro.pk}/history").json()["items"][0]["changes"]
    assert changes["author"]["after"] == {"id": other.pk, "title": None}
    seen = program(haruto).get(f"/books/{kokoro.pk}/history").json()["items"][0]["changes"]
    assert seen["author"]["after"] == {"id": other.pk, "title": "Hidden Author"}


def test_nothing_is_made_or_given_out_of_reach(program, haruto: User, carol: User, kokoro: Book) -> None:
    api = program(haruto)
    assert api.post("/books", {"title": "For Seoul", "owner": carol.pk}).status_code == 403
    assert api.patch(f"/books/{kokoro.pk}", {"owner": carol.pk}).status_code == 403
    assert not Book.objects.filter(owner=carol).exists()


def test_a_record_out_of_sight_cannot_be_pointed_to(program, carol: User, soseki: Author) -> None:
    answer = program(carol).post("/books", {"title": "Mine", "author": soseki.pk})
    assert answer.json()["errors"] == [
        {"pointer": "/author", "message": "There is no such record, or you may not see it."}
    ]


def test_what_lies_in_the_trash_is_for_those_who_may_bring_it_back(
    program, haruto: User, sora: User, victor: User, kokoro: Book
) -> None:
    program(haruto).delete(f"/books/{kokoro.pk}")
    assert len(program(haruto).get("/books", view="trash").json()["items"]) == 1
    for other in (sora, victor):
        assert program(other).get("/books", view="trash").json()["items"] == []
        assert program(other).get(f"/books/{kokoro.pk}", view="trash").status_code == 404
        assert program(other).get(f"/books/{kokoro.pk}/history", view="trash").status_code == 404
    assert len(program(haruto).get(f"/books/{kokoro.pk}/history", view="trash").json()["items"]) == 2
