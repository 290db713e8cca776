"""Create, read, change, delete and restore over the API."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from kizuna.base.events.models import EventRow
from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.resources.resource import Resource
from kizuna.base.testing.library.models import Author, Book

pytestmark = pytest.mark.django_db

WHOLE = {
    "title": "Sanshirō",
    "summary": "A student comes to Tokyo.\nHe stays.",
    "pages": 300,
    "rating": "4.50",
    "price": {"amount": "1200", "currency": "JPY"},
    "status": "wanted",
    "is_rare": True,
    "published_on": "1908-09-01",
    "lent_at": "2026-03-01T01:00:00Z",
    "website": "https://sanshiro.example",
    "subjects": ["novel", "Tokyo"],
}


def test_a_program_makes_a_book_and_reads_it_back_as_it_was_answered(program, haruto: User, soseki: Author) -> None:
    answer = program(haruto).post("/books", WHOLE | {"author": soseki.pk})
    assert answer.status_code == 201
    made = answer.json()
    assert {name: made[name] for name in WHOLE} == WHOLE
    assert made["author"] == {"id": soseki.pk, "title": "夏目 漱石"}
    assert made["owner"] == made["created_by"] == {"id": haruto.pk, "title": "Haruto"}
    assert (made["version"], made["deleted_at"]) == (1, None)
    assert answer.headers["Location"] == f"/api/v1/books/{made['id']}"
    assert answer.headers["ETag"] == '"1"'
    read = program(haruto).get(f"/books/{made['id']}")
    assert read.json() == made
    assert read.headers["ETag"] == '"1"'
    assert read.headers["Cache-Control"] == "no-store"


def test_a_relation_may_be_given_by_the_one_title_that_is_seen(program, haruto: User, soseki: Author) -> None:
    api = program(haruto)
    made = api.post("/books", {"title": "Mon", "author": {"text": "夏目 漱石"}}).json()
    assert made["author"]["id"] == soseki.pk
    refused = api.post("/books", {"title": "Mon", "author": {"text": "Mori Ogai"}})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/author")


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"emails": [{"value": "a@x.example", "lable": "home"}]}, "/emails/0/lable"),
        ({"emails": ["a@x.example", {"value": "b@x.example", "label": "home", "colour": 1}]}, "/emails/1/colour"),
        ({"phones": [{"number": "03-1234-5678"}]}, "/phones/0/number"),
        ({"addresses": [{"city": "Tokyo", "zip": "100-0001"}]}, "/addresses/0/zip"),
        ({"addresses": {"city": "Tokyo", "zip": "100-0001"}}, "/addresses/0/zip"),
        ({"company": {"id": 1, "name": "Aoba"}}, "/company/name"),
        ({"company": {"text": "Aoba", "domain": "aoba.example"}}, "/company/domain"),
    ],
)
def test_a_part_that_there_is_not_is_refused_where_it_stands(
    program, mika: User, given: dict[str, Any], pointer: str
) -> None:
    refused = program(mika).post("/contacts", {"family_name": "Tanabe"} | given)
    assert refused.status_code == 422
    [error] = refused.json()["errors"]
    assert (error["pointer"], error["message"]) == (pointer, f"There is no “{pointer.rpartition('/')[2]}”.")


def test_a_part_of_an_amount_that_there_is_not_is_refused(program, haruto: User) -> None:
    money = {"amount": "12.00", "currency": "EUR", "rate": "1.1"}
    refused = program(haruto).post("/books", {"title": "Mon", "price": money})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/price/rate")


def test_what_was_read_may_be_written_again(program, haruto: User, kokoro: Book, books: Resource) -> None:
    api = program(haruto)
    api.patch(f"/books/{kokoro.pk}", WHOLE)
    read = api.get(f"/books/{kokoro.pk}").json()
    same = {name: read[name] for name, field in books.fields.items() if field.editable}
    answer = api.patch(f"/books/{kokoro.pk}", same)
    assert answer.status_code == 200
    assert answer.json() == read


def test_only_what_is_in_the_body_changes(program, haruto: User, sora: User, kokoro: Book) -> None:
    answer = program(sora).patch(f"/books/{kokoro.pk}", {"pages": 250, "subjects": None})
    assert answer.status_code == 200
    changed = answer.json()
    assert (changed["pages"], changed["subjects"], changed["title"]) == (250, [], "Kokoro")
    assert (changed["version"], changed["updated_by"]["title"]) == (2, "Sora")
    assert answer.headers["ETag"] == '"2"'
    assert changed == program(haruto).get(f"/books/{kokoro.pk}").json()


def test_the_log_says_that_it_came_over_the_api(program, haruto: User) -> None:
    program(haruto).post("/books", {"title": "Mon"})
    row = EventRow.objects.filter(name="records.RecordsCreated").latest("id")
    assert (row.actor_id, row.via, row.address) == (haruto.pk, "api", "127.0.0.1")


def test_points_come_as_texts_or_with_labels_and_are_read_with_keys(program, haruto: User) -> None:
    answer = program(haruto).post(
        "/authors",
        {"name": "Mori Ōgai", "emails": ["OGAI@Library.example", {"value": "o@mori.example", "label": "home"}]},
    )
    first, second = answer.json()["emails"]
    told = {"verified": False, "label": "work", "primary": True}
    assert first == told | {"value": "OGAI@Library.example", "key": "ogai@library.example"}
    assert second == told | {"value": "o@mori.example", "key": "o@mori.example", "label": "home", "primary": False}


# ── versions ──


@pytest.mark.parametrize("seen", ['"1"', 'W/"1"', "*", ""])
def test_with_the_version_that_is_current_it_is_changed(program, haruto: User, kokoro: Book, seen: str) -> None:
    headers = {"If_Match": seen} if seen else {}
    assert program(haruto).patch(f"/books/{kokoro.pk}", {"pages": 1}, **headers).status_code == 200


def test_with_an_old_version_nothing_changes_and_the_record_comes_back_as_it_is(
    program, haruto: User, sora: User, kokoro: Book
) -> None:
    program(sora).patch(f"/books/{kokoro.pk}", {"title": "Heart"})
    for answer in (
        program(haruto).patch(f"/books/{kokoro.pk}", {"title": "Soul"}, If_Match='"1"'),
        program(haruto).delete(f"/books/{kokoro.pk}", If_Match='"1"'),
    ):
        assert answer.status_code == 412
        problem = answer.json()
        assert problem["code"] == "stale"
        assert problem["current"] == program(haruto).get(f"/books/{kokoro.pk}").json()
        assert problem["current"]["title"] == "Heart"
        assert answer.headers["ETag"] == '"2"'


@pytest.mark.parametrize("seen", ["1", "abc", '"abc"', '"1", "2"', '"' + "9" * 30 + '"'])
def test_a_version_that_cannot_be_read_is_refused(program, haruto: User, kokoro: Book, seen: str) -> None:
    answer = program(haruto).patch(f"/books/{kokoro.pk}", {"pages": 1}, If_Match=seen)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "If-Match"


# ── once ──


def test_the_same_key_makes_one_book(program, haruto: User) -> None:
    first = program(haruto).post("/books", {"title": "Mon"}, Idempotency_Key="order-7")
    again = program(haruto).post("/books", {"title": "Mon"}, Idempotency_Key="order-7")
    other = program(haruto).post("/books", {"title": "Mon"}, Idempotency_Key="order-8")
    assert [answer.status_code for answer in (first, again, other)] == [201, 201, 201]
    assert first.json()["id"] == again.json()["id"] != other.json()["id"]


def test_one_key_serves_for_two_kinds_and_for_two_people(program, haruto: User, sora: User) -> None:
    key = {"Idempotency_Key": "é" * 100}
    assert program(haruto).post("/books", {"title": "Mon"}, **key).status_code == 201
    assert program(haruto).post("/authors", {"name": "Mon"}, **key).status_code == 201
    assert program(sora).post("/books", {"title": "Mon"}, **key).status_code == 201
    assert Book.objects.count() == 2


def test_a_key_that_is_too_long_is_refused(program, haruto: User) -> None:
    answer = program(haruto).post("/books", {"title": "Mon"}, Idempotency_Key="k" * 300)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "Idempotency-Key"


@pytest.mark.django_db(transaction=True)
def test_the_same_key_twice_at_the_same_moment_makes_one_book(program, haruto: User) -> None:
    answers: list[Any] = []
    programs = [program(haruto) for _ in range(4)]
    start = threading.Barrier(4)

    def submit(own: Any) -> None:
        try:
            start.wait()
            answers.append(own.post("/books", {"title": "Once"}, Idempotency_Key="now"))
        finally:
            connection.close()

    threads = [threading.Thread(target=submit, args=[own]) for own in programs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Book.objects.count() == 1


# ── trash ──


def test_a_deleted_book_is_gone_lies_in_the_trash_and_comes_back(program, haruto: User, kokoro: Book) -> None:
    api, path = program(haruto), f"/books/{kokoro.pk}"
    gone = api.delete(path, If_Match='"1"')
    assert (gone.status_code, gone.content) == (204, b"")
    assert api.get(path).status_code == api.delete(path).status_code == api.patch(path, {}).status_code == 404
    assert api.get("/books").json()["items"] == []
    (trashed,) = api.get("/books", view="trash").json()["items"]
    assert (trashed["id"], trashed["version"]) == (kokoro.pk, 2)
    assert trashed["deleted_at"].endswith("Z")
    assert api.get(path, view="trash").json() == trashed
    back = api.post(f"{path}/restore")
    assert (back.status_code, back.json()["deleted_at"], back.json()["version"]) == (200, None, 3)
    assert api.get(path).json() == back.json()
    assert api.get("/books", view="trash").json()["items"] == []


def test_a_related_record_in_the_trash_keeps_its_title_to_itself(
    program, haruto: User, kokoro: Book, soseki: Author
) -> None:
    program(haruto).delete(f"/authors/{soseki.pk}")
    hidden = {"id": soseki.pk, "title": None}
    assert program(haruto).get(f"/books/{kokoro.pk}").json()["author"] == hidden
    assert program(haruto).patch(f"/books/{kokoro.pk}", {"pages": 2}).json()["author"] == hidden


# ── every resource ──


def test_users_are_read_and_nothing_else(program, haruto: User) -> None:
    api = program(haruto)
    me = api.get(f"/users/{haruto.pk}")
    assert me.json()["email"] == "haruto@kizuna.example"
    assert "ETag" not in me.headers
    for answer in (api.post("/users", {"name": "X"}), api.patch(f"/users/{haruto.pk}", {}), api.delete("/users/1")):
        assert answer.status_code == 405
        assert answer.headers["Allow"] == "GET"
    assert api.get(f"/users/{haruto.pk}/history").status_code == 404
    assert api.post(f"/users/{haruto.pk}/restore").status_code == 404
    assert api.post(f"/users/{haruto.pk}/actions/anything").status_code == 404


def test_every_resource_answers_a_creation_and_a_change_as_it_reads(program, haruto: User, alice: User) -> None:
    """What is answered from memory is what a query finds: for the customers' resources too."""
    api = program(haruto)
    company = api.post("/companies", {"name": "Aoba Hotel", "domain": "www.Aoba.example"}).json()
    people = {
        "family_name": "山田", "given_name": "葉子", "family_reading": "やまだ", "emails": ["Y@aoba.example"],
        "phones": ["+81 90 1234 5678"], "company": company["id"], "tags": ["VIP"], "birth_on": "1979-05-04",
        "addresses": [{"country": "JP", "postal_code": "1500001", "line1": "神宮前1-2-3"}],
    }  # fmt: skip
    contact = api.post("/contacts", people)
    assert contact.status_code == 201, contact.content
    other = api.post("/contacts", {"given_name": "Min"}).json()
    made = [("/companies", company), ("/contacts", contact.json()), ("/contacts", other)]
    tie = {"from_contact": contact.json()["id"], "to_contact": other["id"], "kind": "friend"}
    relation = api.post("/relationships", tie)
    if relation.status_code == 201:
        made.append(("/relationships", relation.json()))
    for plural, shown in made:
        assert api.get(f"{plural}/{shown['id']}").json() == shown
        (listed,) = [item for item in api.get(plural).json()["items"] if item["id"] == shown["id"]]
        assert listed == shown


def test_a_record_made_from_memory_and_one_read_take_few_queries(
    program, haruto: User, soseki: Author, django_assert_max_num_queries
) -> None:
    api = program(haruto)
    api.get("/me")
    with django_assert_max_num_queries(19):
        answer = api.post("/books", {"title": "Mon", "author": soseki.pk})
    with django_assert_max_num_queries(6):
        api.get(f"/books/{answer.json()['id']}")


def test_who_may_create_but_not_read_learns_the_number_only(program, nobody: User, grant) -> None:
    grant(nobody, book={"create": "all"})
    answer = program(nobody).post("/books", {"title": "From a form"})
    assert answer.status_code == 201
    assert answer.json() == {"id": Book.objects.get().pk, "version": 1}


def test_records_given_away_out_of_sight_are_answered_with_their_number(
    program, haruto: User, sora: User, grant, books: Resource
) -> None:
    grant(haruto, book={"create": "all", "update": "all", "read": "own"})
    book = records.create(actor=haruto, resource=books, values={"title": "Mine"})
    answer = program(haruto).patch(f"/books/{book.pk}", {"owner": sora.pk})
    assert answer.status_code == 200
    assert answer.json() == {"id": book.pk, "version": 2}
