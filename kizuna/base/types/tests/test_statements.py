"""What is said in the same words each time is planned once, where one session of PostgreSQL hears all of it."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kizuna.base.events.models import EventRow
from kizuna.base.types import rows, statements
from kizuna.base.types.ready import Given, Ready

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps its last statements by itself."),
]


@pytest.fixture
def mika() -> AbstractBaseUser:
    return get_user_model().objects.create_user("mika@hinata.example", name="Mika")


def _whose() -> Ready:
    """A question in words of its own: what others have prepared on this connection says nothing of it."""
    return Ready(lambda: get_user_model().objects.filter(email=Given("email")).order_by("-name", "pk")[:7])


def _prepared(ready: Ready) -> int:
    (question,) = ready._questions.values()
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [row[0] for row in cursor.fetchall()].count(question.sql.replace("%s", "$1"))


def test_a_question_that_comes_again_and_again_is_prepared_and_answers_as_before(mika: Any) -> None:
    whose = _whose()
    assert whose.ask(email="mika@hinata.example") == [mika]
    assert _prepared(whose) == 0
    for _time in range(statements.TIMES):
        assert whose.ask(email="sora@hinata.example") == []
    assert (_prepared(whose), whose.ask(email="mika@hinata.example")) == (1, [mika])


def test_nothing_is_prepared_where_a_pooler_stands_in_between(mika: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    monkeypatch.setattr(statements, "_direct", set())
    monkeypatch.setattr(connection.connection.info.__class__, "backend_pid", 0)
    statements.meet(connection)
    whose = _whose()
    for _time in range(statements.TIMES + 2):
        assert whose.ask(email="mika@hinata.example") == [mika]
    assert _prepared(whose) == 0


def test_what_is_prepared_outlives_a_transaction_that_was_given_up(mika: Any) -> None:
    whose = _whose()
    for _time in range(statements.TIMES + 1):
        whose.ask(email="mika@hinata.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        get_user_model().objects.create_user("mika@hinata.example", name="Mika")
    assert (_prepared(whose), whose.ask(email="mika@hinata.example")) == (1, [mika])


def test_new_rows_are_told_in_one_statement_whatever_is_missing_in_them(mika: Any) -> None:
    for given in ({}, {"address": "::1"}, {"actor_id": mika.pk}, {"actor_id": 70_000}) * (statements.TIMES + 2):
        rows.insert(EventRow(name="x.Y", data={}, via="web", occurred_at=timezone.now(), **given))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'INSERT INTO \"events_eventrow\"%'"
        )
        assert cursor.fetchone() == (1,)
