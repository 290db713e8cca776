"""Lists: conditions, order, search, chosen fields, and pages that lose no row and repeat none."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.testing.library.models import Author, Book

pytestmark = pytest.mark.django_db

SORTS = [
    "id", "title", "pages", "rating", "price", "status", "is_rare", "published_on", "lent_at",
    "website", "created_at", "updated_at",
]  # fmt: skip


@pytest.fixture
def shelf(haruto: User, soseki: Author, books: Resource) -> list[int]:
    """23 books with empty values and many ties."""
    made = [
        Book(
            title=f"Book {number % 5}",
            owner=haruto,
            author=soseki if number % 3 else None,
            pages=(number % 4) * 100 or None,
            rating=Decimal(number % 3) / 2 if number % 2 else None,
            status=["wanted", "held", "lent"][number % 3],
            is_rare=number % 2 == 0,
            published_on=dt.date(2000, 1, 1 + number % 6) if number % 5 else None,
            lent_at=dt.datetime(2026, 1, 1, number % 7, tzinfo=dt.UTC) if number % 4 else None,
            subjects=["even"] if number % 2 == 0 else [],
        )
        for number in range(23)
    ]
    return [book.pk for book in records.create_many(actor=haruto, resource=books, records=made)]


def walk(api: Any, **query: Any) -> list[list[int]]:
    """The ids of every page, following next_cursor."""
    pages, cursor = [], None
    while True:
        answer = api.get("/books", **query, **({"cursor": cursor} if cursor else {}))
        assert answer.status_code == 200, answer.content
        page = answer.json()
        pages.append([item["id"] for item in page["items"]])
        cursor = page["next_cursor"]
        if cursor is None:
            return pages


@pytest.mark.parametrize("sort", [sign + name for name in SORTS for sign in ("", "-")])
def test_walking_the_pages_meets_every_row_exactly_once(program, haruto: User, shelf: list[int], sort: str) -> None:
    pages = walk(program(haruto), sort=sort, limit=4)
    met = [pk for page in pages for pk in page]
    assert sorted(met) == sorted(shelf)
    assert [len(page) for page in pages] == [4, 4, 4, 4, 4, 3]
    assert met == [pk for page in walk(program(haruto), sort=sort, limit=200) for pk in page]


def test_a_page_leads_back_to_the_one_before(program, haruto: User, shelf: list[int]) -> None:
    api = program(haruto)
    first = api.get("/books", sort="pages", limit=5).json()
    second = api.get("/books", sort="pages", limit=5, cursor=first["next_cursor"]).json()
    back = api.get("/books", sort="pages", limit=5, cursor=second["previous_cursor"]).json()
    assert first["previous_cursor"] is None
    assert back["items"] == first["items"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    size=st.integers(1, 200),
    sort=st.sampled_from(SORTS),
    down=st.booleans(),
    status=st.sampled_from(["wanted", "held", "lent", None]),
)
def test_pages_of_any_size_and_question_cover_what_one_page_does(
    program, haruto: User, shelf: list[int], size: int, sort: str, down: bool, status: str | None
) -> None:
    query = {"sort": f"-{sort}" if down else sort}
    if status:
        query["filter"] = json.dumps({"field": "status", "op": "is", "value": status})
    api = program(haruto)
    assert [pk for page in walk(api, limit=size, **query) for pk in page] == walk(api, limit=200, **query)[0]


def test_a_marker_is_for_its_own_list(program, haruto: User, shelf: list[int]) -> None:
    api = program(haruto)
    cursor = api.get("/books", limit=5).json()["next_cursor"]
    others = [
        {"sort": "-title"}, {"sort": "pages"}, {"search": "book"}, {"view": "trash"},
        {"filter": '{"field":"is_rare","op":"is_true"}'},
    ]  # fmt: skip
    for other in others:
        answer = api.get("/books", cursor=cursor, **other)
        assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "cursor"), other
    assert api.get("/books", cursor=cursor, limit=7, fields="title").status_code == 200


def test_a_list_of_a_hundred_takes_as_many_queries_as_one_of_five(program, haruto: User, books: Resource) -> None:
    api = program(haruto)
    authors = registry.get("author")

    def more(count: int) -> None:
        for number in range(count):
            author = records.create(actor=haruto, resource=authors, values={"name": f"Author {number}"})
            records.create(actor=haruto, resource=books, values={"title": f"Book {number}", "author": author.pk})

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert api.get("/books", limit=200).status_code == 200
        return len(caught)

    more(5)
    api.get("/books")
    few = queries()
    more(95)
    assert len(api.get("/books", limit=200).json()["items"]) == 100
    assert queries() == few <= 6


# ── what is asked ──


def titles(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [item["title"] for item in answer.json()["items"]]


def test_a_condition_is_a_tree_and_reaches_related_records(program, haruto: User, shelf: list[int]) -> None:
    api = program(haruto)
    rare = {"field": "is_rare", "op": "is_true"}
    tree = {
        "all": [rare, {"any": [{"field": "pages", "op": "gte", "value": 200}, {"field": "pages", "op": "is_empty"}]}]
    }
    found = api.ask("/books", tree, limit=200).json()["items"]
    assert found
    assert all(item["is_rare"] and (item["pages"] is None or item["pages"] >= 200) for item in found)
    by_author = {"field": "author.name", "op": "contains", "value": "漱石"}
    assert len(titles(api.ask("/books", by_author, limit=200))) == 15
    many = {"related": "books", "measure": "count", "op": "gte", "value": 15}
    assert len(api.ask("/authors", many).json()["items"]) == 1
    assert len(titles(api.ask("/books", {}, limit=200))) == 23
    assert len(titles(api.ask("/books", {"field": "subjects", "op": "has_any", "value": ["EVEN"]}, limit=200))) == 12


@pytest.mark.parametrize(
    ("tree", "pointer"),
    [
        ({"field": "nope", "op": "is", "value": 1}, "/field"),
        ({"all": [{"field": "pages", "op": "contains", "value": 1}]}, "/all/0/op"),
        ({"any": [{"field": "pages", "op": "gt", "value": "x"}]}, "/any/0/value"),
        ([], ""),
        ({"all": {}}, "/all"),
    ],
)
def test_what_is_wrong_with_a_condition_is_pointed_at(program, haruto: User, tree: Any, pointer: str) -> None:
    answer = program(haruto).ask("/books", tree)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["parameter"], error["pointer"]) == ("filter", pointer)
    assert error["message"]


@pytest.mark.parametrize("text", ["{", "nonsense", "[" * 9000, '{"a":1,"a":2}', "NaN", '"\\ud800"', "x" * 30_000])
def test_a_filter_that_is_no_json_is_refused(program, haruto: User, text: str) -> None:
    answer = program(haruto).get("/books", filter=text)
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "filter")


def test_words_are_found_as_in_the_search_box(program, haruto: User, kokoro: Book, soseki: Author) -> None:
    records.create(actor=haruto, resource=registry.get("author"), values={"name": "Mori Ōgai"})
    api = program(haruto)
    for words in ("漱石", "soseki@", "なつめ", "ナツメ"):
        found = api.get("/authors", search=words).json()["items"]
        assert [item["id"] for item in found] == [soseki.pk], words
    assert api.get("/authors", search="nobody at all").json()["items"] == []
    assert api.get("/books", search="\0").status_code == 200


def test_only_the_fields_asked_for_come(program, haruto: User, kokoro: Book) -> None:
    (item,) = program(haruto).get("/books", fields="title, author,title,id").json()["items"]
    assert list(item) == ["id", "version", "title", "author"]
    (item,) = program(haruto).get("/books", fields="deleted_at").json()["items"]
    assert list(item) == ["id", "version", "deleted_at"]


WRONG = [
    ({"limit": "0"}, "limit"), ({"limit": "201"}, "limit"), ({"limit": "x"}, "limit"), ({"limit": "９"}, "limit"),
    ({"limit": "9" * 5000}, "limit"), ({"sort": "nope"}, "sort"), ({"sort": "summary"}, "sort"),
    ({"sort": "--id"}, "sort"), ({"sort": "title\0"}, "sort"), ({"fields": "title,tilte"}, "fields"),
    ({"fields": "author.name"}, "fields"), ({"view": "mine"}, "view"), ({"cursor": "x"}, "cursor"),
    ({"cursor": "x.y"}, "cursor"), ({"cursor": "é\0"}, "cursor"),
    ({"search": "x" * 201}, "search"), ({"fitler": "{}"}, "fitler"), ({"limit": ["1", "2"]}, "limit"),
    ({"page": "2"}, "page"), ({"\0": "1"}, "\0"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "parameter"), WRONG, ids=lambda part: str(part)[:30])
def test_a_parameter_that_cannot_be_used_is_named(
    program, haruto: User, kokoro: Book, query: dict[str, Any], parameter: str
) -> None:
    answer = program(haruto).get("/books", **query)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert {error["parameter"] for error in answer.json()["errors"]} == {parameter}


def test_a_forged_marker_with_the_right_mark_is_refused(program, haruto: User, shelf: list[int]) -> None:
    api = program(haruto)
    mark = api.get("/books", limit=5).json()["next_cursor"].rpartition(".")[2]
    for place in ("AAAA", "", "WyJhXHUwMDAwYiIsMSwwLDBd", "!"):
        answer = api.get("/books", cursor=f"{place}.{mark}")
        assert answer.status_code in (200, 422), place


def test_everything_wrong_is_said_at_once(program, haruto: User) -> None:
    answer = program(haruto).get("/books", limit=0, sort="nope", filter="{", fitler="")
    named = [error["parameter"] for error in answer.json()["errors"]]
    assert sorted(named) == ["filter", "fitler", "limit", "sort"]
    (hint,) = [error["message"] for error in answer.json()["errors"] if error["parameter"] == "fitler"]
    assert "Did you mean “filter”?" in hint


def test_thousands_of_parameters_are_refused(program, haruto: User) -> None:
    answer = program(haruto)._client.get("/api/v1/books?" + "&".join(f"a{n}=1" for n in range(2000)))
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
