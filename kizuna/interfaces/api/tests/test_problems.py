"""Whatever is sent, the answer is a problem document that says what is wrong, and never a crash."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.errors import DeadlockDetected

from kizuna.base.identity.models import Token, User
from kizuna.base.testing.library.models import Book

pytestmark = pytest.mark.django_db


@pytest.fixture
def raw(haruto: User) -> Client:
    _token, secret = Token.issue(haruto, "test")
    return Client(raise_request_exception=False, headers={"authorization": f"Bearer {secret}"})


def check(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.content[:300]
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert {"type", "title", "status", "detail", "code", "errors"} <= problem.keys()
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, f"urn:kizuna:problem:{code}")
    return problem


BROKEN = [
    b"{", b"nonsense", b"NaN", b'{"title": NaN}', b"[" * 100_000, b'{"a":' * 50_000, b'"\xff"', b"\xef\xbb\xbf{}",
    b'{"title": "\\ud800"}', b'{"title": "\\udc00"}', b'{"pages": 1e999}', b'{"pages": ' + b"9" * 6000 + b"}", b"{} {}",
    b"\0", '{"title": "é"}'.encode("latin-1"), '{"title": "x"}'.encode("utf-16"),
]  # fmt: skip


@pytest.mark.once
@pytest.mark.parametrize("body", BROKEN, ids=lambda body: repr(body[:20]))
def test_json_that_cannot_be_read(raw: Client, body: bytes) -> None:
    check(raw.generic("POST", "/api/v1/books", body, content_type="application/json"), 400, "malformed")
    assert not Book.objects.exists()


@pytest.mark.once
@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"text"', b"true"])
def test_json_that_is_no_object(raw: Client, body: bytes) -> None:
    problem = check(raw.generic("POST", "/api/v1/books", body, content_type="application/json"), 422, "invalid")
    assert problem["errors"][0]["pointer"] == ""


@pytest.mark.once
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data; boundary=x"]
)
def test_a_body_that_is_not_called_json(raw: Client, kind: str) -> None:
    check(raw.generic("POST", "/api/v1/books", b'{"title": "x"}', content_type=kind), 415, "unsupported_media_type")


@pytest.mark.once
@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/merge-patch+json"])
def test_a_body_that_is_called_json_in_other_words(raw: Client, kind: str) -> None:
    assert raw.generic("POST", "/api/v1/books", b'{"title": "x"}', content_type=kind).status_code == 201


@pytest.mark.once
def test_a_body_that_is_too_large(raw: Client, settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    body = json.dumps({"title": "x" * 2000})
    check(raw.generic("POST", "/api/v1/books", body, content_type="application/json"), 413, "too_large")


@pytest.mark.once
def test_every_mistake_has_its_pointer(raw: Client) -> None:
    body = {
        "name": "", "emails": ["not an address", {"value": "a@b.example", "label": "moon"}, 3], "owner": {"id": "x"},
        "nmae": 1, "a.b/c~d": 1, "": 2, "id": 3, "version": 1, "created_at": "2026-01-01T00:00:00Z", "deleted_at": None,
    }  # fmt: skip
    problem = check(raw.post("/api/v1/authors", body, content_type="application/json"), 422, "invalid")
    pointers = {error["pointer"] for error in problem["errors"]}
    assert pointers == {
        "/name", "/emails/0/value", "/emails/1/label", "/emails/2", "/owner", "/nmae", "/a.b~1c~0d", "/", "/id",
        "/version", "/created_at", "/deleted_at",
    }  # fmt: skip
    assert all(error["message"] for error in problem["errors"])


@pytest.mark.once
def test_a_needed_value_that_is_missing_is_pointed_at(raw: Client) -> None:
    problem = check(raw.post("/api/v1/books", {}, content_type="application/json"), 422, "invalid")
    assert problem["errors"] == [{"pointer": "/title", "message": "This is needed."}]


def test_a_rule_of_the_table_about_one_column_points_at_it(raw: Client) -> None:
    problem = check(
        raw.post("/api/v1/books", {"title": "Blank", "pages": 0}, content_type="application/json"), 422, "invalid"
    )
    assert problem["errors"] == [{"pointer": "/pages", "message": "A book has pages."}]


ODD: list[Any] = [
    "\0", "a\0b", "\u202e", "\u200b", "\ufdd0", "\U0010ffff", "é" * 5000, "  ", "١٢", "Infinity", "1e5000",
    "javascript:alert(1)", "http://[", "https://x." + "a" * 300, "0001-01-01", "2026-02-30",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", 10**30, -(10**30), 1.5, -0.0, 1e308, True, None,
    [], {}, [[]], [None], [""] * 60, ["x" * 100], [{"value": "\0"}], [{"value": {}}], [{"id": 1}], {"": ""},
    {"id": 10**30}, {"id": -1}, {"amount": "NaN", "currency": "EUR"}, {"amount": "1", "currency": "🙂"},
    {"amount": 1e300, "currency": "JPY"}, {"amount": [], "currency": {}},
]  # fmt: skip


@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value)[:30])
def test_an_odd_value_in_any_field_is_stored_safely_or_refused(raw: Client, value: Any) -> None:
    """It is sent in every field at once; what is refused is left out, until the rest is stored as it was answered."""
    for plural, needed in (("books", {"title": "x"}), ("authors", {"name": "x"}), ("contacts", {"given_name": "x"})):
        described = raw.get(f"/api/v1/resources/{plural}").json()["fields"]
        body = {field["name"]: value for field in described if field["name"] not in ("owner", *needed)} | needed
        answer = raw.post(f"/api/v1/{plural}", body, content_type="application/json")
        assert answer.status_code == 422
        refused = {error["pointer"].split("/")[1] for error in answer.json()["errors"]}
        body = {name: given for name, given in body.items() if name not in refused}
        answer = raw.post(f"/api/v1/{plural}", body, content_type="application/json")
        assert answer.status_code in (201, 422), answer.content
        if answer.status_code == 201:
            assert raw.get(answer.headers["Location"]).json() == answer.json()
        for name in ("owner", *needed):
            answer = raw.post(f"/api/v1/{plural}", needed | {name: value}, content_type="application/json")
            assert answer.status_code in (201, 403, 422), (name, answer.content)


@pytest.mark.once
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    )
)
def test_any_json_is_answered(raw: Client, body: Any) -> None:
    for method, path in (("POST", "/books"), ("PATCH", "/books/1"), ("POST", "/books/1/actions/lend_book")):
        answer = raw.generic(method, f"/api/v1{path}", json.dumps(body), content_type="application/json")
        assert answer.status_code in (201, 400, 404, 422)


METHODS = ["GET", "POST", "PATCH", "DELETE"]
UNKNOWN = [
    "/nope", "/books/x", "/books/1.5", "/books/1/nope", "/books/", "/books/1/actions/nope", "/books/1/actions/",
    "/books/%00", "/%00", "/books/1/history/", "//books", "/resources/nope", "/é", "/%ff%fe", "/resources/users/x",
    "/" + "x" * 2000,
]  # fmt: skip


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999999999", "١"])
@pytest.mark.parametrize("method", METHODS)
def test_a_number_that_no_record_has(raw: Client, method: str, number: str) -> None:
    answer = raw.generic(method, f"/api/v1/books/{number}", b"{}", content_type="application/json")
    assert answer.status_code in (404, 405)
    check(answer, answer.status_code, "missing" if answer.status_code == 404 else "method_not_allowed")


@pytest.mark.once
@pytest.mark.parametrize("path", UNKNOWN, ids=lambda path: path[:30])
@pytest.mark.parametrize("method", METHODS)
def test_an_address_that_leads_nowhere(raw: Client, method: str, path: str) -> None:
    answer = raw.generic(method, f"/api/v1{path}", b"{}", content_type="application/json")
    assert answer.status_code in (404, 405)
    check(answer, answer.status_code, "missing" if answer.status_code == 404 else "method_not_allowed")


@pytest.mark.once
@pytest.mark.parametrize("method", ["PUT", "HEAD", "OPTIONS", "TRACE", "FROB"])
@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/books", "GET, POST"),
        ("/books/1", "DELETE, GET, PATCH"),
        ("/me", "GET"),
        ("/users", "GET"),
        ("/users/1", "GET"),
        ("/books/1/actions/lend_book", "POST"),
    ],
)
def test_a_method_that_an_address_does_not_know(raw: Client, method: str, path: str, allowed: str) -> None:
    answer = raw.generic(method, f"/api/v1{path}")
    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_mistake_of_ours_is_a_problem_too_and_is_logged(raw: Client, monkeypatch, caplog) -> None:
    from kizuna.interfaces.api.endpoints import records

    def fail(*_args: Any, **_named: Any) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(records, "Listing", fail)
    answer = raw.get("/api/v1/books")
    check(answer, 500, "server_error")
    assert b"secret" not in answer.content
    assert "a secret detail" in caplog.text


def test_where_the_database_goes_meanwhile_the_same_request_may_be_sent_again(raw: Client, monkeypatch) -> None:
    from kizuna.interfaces.api.endpoints import records

    def fail(*_args: Any, **_named: Any) -> None:
        monkeypatch.setattr(connection, "is_usable", lambda: False)
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(records, "Listing", fail)
    answer = raw.get("/api/v1/books")
    check(answer, 503, "unavailable")
    assert answer.headers["Retry-After"] == "10"


def test_who_changes_the_same_at_the_same_moment_is_told_to_try_again(raw: Client, monkeypatch) -> None:
    from kizuna.interfaces.api.endpoints import records

    def collide(*_args: Any, **_named: Any) -> None:
        raise OperationalError("deadlock detected") from DeadlockDetected()

    monkeypatch.setattr(records.records, "create", collide)
    answer = raw.post("/api/v1/books", {"title": "Kokoro"}, content_type="application/json")
    assert "try again" in check(answer, 409, "collided")["detail"]
