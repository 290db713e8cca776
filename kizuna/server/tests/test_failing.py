"""What people and programs are told where something broke before anybody could say more."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import translation

from kizuna.base.resources import editions

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def fail_with(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first who asks the database in a request meets this."""

    def look_again() -> None:
        raise error

    monkeypatch.setattr(editions, "look_again", look_again)


@pytest.fixture
def outage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "is_usable", lambda: False)
    fail_with(OperationalError("connection refused"), monkeypatch)


def test_a_person_reads_that_the_database_is_away_and_may_come_again(visitor: Client, outage: None) -> None:
    answer = visitor.get("/contacts?sort=-name")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "cannot reach its database" in answer.content.decode()
    assert 'href="/contacts?sort=-name"' in answer.content.decode()


def test_it_is_said_in_the_language_of_the_reader_and_not_of_the_last_one(visitor: Client, outage: None) -> None:
    with translation.override("ko"):
        answer = visitor.get("/contacts", headers={"accept-language": "ja"})
    assert '<html lang="ja"' in answer.content.decode()


def test_a_program_gets_a_problem_document_and_may_ask_again(visitor: Client, outage: None) -> None:
    answer = visitor.get("/api/v1/contacts")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "unavailable"


@pytest.mark.parametrize("error", [RuntimeError("a secret"), OperationalError("a secret statement")])
def test_a_mistake_of_ours_is_no_outage(visitor: Client, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    fail_with(error, monkeypatch)
    page, answer = visitor.get("/contacts"), visitor.get("/api/v1/contacts")
    assert (page.status_code, answer.status_code, answer.json()["code"]) == (500, 500, "server_error")
    assert "Something went wrong" in page.content.decode()
    assert b"secret" not in page.content + answer.content
