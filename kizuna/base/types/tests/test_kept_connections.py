"""A kept connection in use is not asked before each request whether it stands, and one that fell is noticed."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from kizuna.base.types import kept_connections

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is a file: no connection can fall."),
]


@pytest.fixture
def kept() -> Iterator[Any]:
    """A connection of our own as the next request finds it: open, and to be asked before its first statement."""
    other = connection.copy()
    other.settings_dict = other.settings_dict | {"CONN_HEALTH_CHECKS": True, "CONN_MAX_AGE": 60}
    _ask(other)
    yield other
    other.close()


def _ask(kept: Any) -> int:
    with kept.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _begin_a_request(kept: Any) -> None:
    kept.close_if_unusable_or_obsolete()
    kept_connections.look(kept)


def test_a_connection_in_use_is_not_asked_again_with_each_request(kept: Any) -> None:
    _begin_a_request(kept)
    assert not kept.health_check_done
    _ask(kept)
    _begin_a_request(kept)
    assert kept.health_check_done


def test_each_request_begins_with_that_look(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(kept_connections, "look", seen.append)
    client.get("/")
    assert connection in seen


def test_a_connection_that_lay_idle_is_asked(kept: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _begin_a_request(kept)
    monkeypatch.setattr(kept_connections, "IDLE_SECONDS", 0.0)
    _begin_a_request(kept)
    assert not kept.health_check_done


def test_a_session_that_the_server_ended_is_replaced_before_anything_is_lost(kept: Any) -> None:
    _begin_a_request(kept)
    before = _ask(kept)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
    _begin_a_request(kept)
    assert _ask(kept) != before
