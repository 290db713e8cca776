"""A program asks whether somebody is here already, or to be told instead of making a second."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.testing.library.models import Author

pytestmark = pytest.mark.django_db

Programs = Callable[[User], Any]


def author(owner: User, name: str) -> Author:
    made = records.create(actor=owner, resource=registry.get("author"), values={"name": name})
    assert isinstance(made, Author)
    return made


def test_a_program_asks_first_and_nothing_is_written(program: Programs, haruto: User) -> None:
    soseki = author(haruto, "Natsume Soseki")
    answer = program(haruto).post("/authors/duplicates", {"name": "Soseki Natsume"})
    (one,) = answer.json()["items"]
    assert (one["record"]["id"], one["record"]["name"]) == (soseki.pk, "Natsume Soseki")
    assert one["reasons"] == [{"field": "name", "how": "same"}]
    assert 0 < one["certainty"] <= 1
    assert Author.objects.count() == 1


@pytest.fixture
def certain(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name alone is enough here."""
    monkeypatch.setattr("kizuna.base.duplicates.resolver.LIKELY", 0.01)


def test_a_second_one_is_refused_where_that_was_asked_for(program: Programs, haruto: User, certain: None) -> None:
    soseki = author(haruto, "Natsume Soseki")
    caller = program(haruto)
    answer = caller.post("/authors?duplicates=refuse", {"name": "Soseki Natsume"})
    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate")
    assert [one["record"]["id"] for one in answer.json()["duplicates"]] == [soseki.pk]
    assert caller.post("/authors?duplicates=refuse", {"name": "Mori Ogai"}).status_code == 201
    assert caller.post("/authors", {"name": "Soseki Natsume"}).status_code == 201


def test_what_is_sent_again_is_no_duplicate_of_itself(program: Programs, haruto: User, certain: None) -> None:
    caller, values = program(haruto), {"name": "Natsume Soseki"}
    first = caller.post("/authors?duplicates=refuse", values, Idempotency_Key="once")
    again = caller.post("/authors?duplicates=refuse", values, Idempotency_Key="once")
    assert (first.status_code, again.status_code, again.json()["id"]) == (201, 201, first.json()["id"])


def test_what_one_does_not_see_refuses_nothing_and_who_may_not_create_learns_nothing(
    program: Programs, haruto: User, carol: User, nobody: User, certain: None
) -> None:
    author(carol, "Natsume Soseki")
    assert program(haruto).post("/authors/duplicates", {"name": "Natsume Soseki"}).json() == {"items": []}
    assert program(haruto).post("/authors?duplicates=refuse", {"name": "Natsume Soseki"}).status_code == 201
    for address in ("/authors/duplicates", "/authors?duplicates=refuse"):
        assert program(nobody).post(address, {"name": "Natsume Soseki"}).status_code == 403


def test_a_wish_that_nobody_knows_is_refused(program: Programs, haruto: User) -> None:
    assert program(haruto).post("/authors?duplicates=perhaps", {"name": "Natsume Soseki"}).status_code == 422
    assert Author.objects.count() == 0
