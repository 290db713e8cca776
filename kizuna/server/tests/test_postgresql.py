"""A kept connection to PostgreSQL is good for the next request, or a new one is made before anybody meets an error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from kizuna.server.postgresql import base

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="the engine of PostgreSQL"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often the database was asked whether it is there."""
    asked: list[str] = []
    usual = base.base.DatabaseWrapper.is_usable

    def is_usable(self: Any) -> bool:
        asked.append("SELECT 1")
        return usual(self)

    monkeypatch.setattr(base.base.DatabaseWrapper, "is_usable", is_usable)
    return asked


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    now = [1000.0]
    monkeypatch.setattr(base.time, "monotonic", lambda: now[0])
    connection.close()
    yield now
    connection.close()


def request() -> int:
    """What a request does with the connection that the last one left; the session that answers."""
    connection.close_if_unusable_or_obsolete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def test_the_database_is_asked_whether_it_is_there_once_a_second_at_most(
    questions: list[str], clock: list[float]
) -> None:
    sessions = {request() for _number in range(5)}
    assert (len(questions), len(sessions)) == (1, 1)
    clock[0] += base.TRUSTED_SECONDS
    request()
    assert len(questions) == 2


def test_a_session_that_was_ended_a_moment_ago_is_not_used_again(questions: list[str], clock: list[float]) -> None:
    request()
    ended = request()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [ended])  # waits until it is gone
    other.close()
    assert request() != ended
