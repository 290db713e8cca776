"""Verbs over the API: the service's arguments, its refusal, and what came of it."""

from __future__ import annotations

import pytest

from kizuna.base.identity.models import User
from kizuna.base.testing.library.models import Book

pytestmark = pytest.mark.django_db


def test_a_book_is_lent_and_comes_back_as_it_is_now(program, haruto: User, kokoro: Book) -> None:
    answer = program(haruto).post(f"/books/{kokoro.pk}/actions/lend_book", {"to": "Yoko", "until": "2026-12-24"})
    assert answer.status_code == 200
    done = answer.json()
    assert done["result"] is None
    assert (done["record"]["status"], done["record"]["summary"]) == ("lent", "Lent to Yoko 2026-12-24")
    assert done["record"] == program(haruto).get(f"/books/{kokoro.pk}").json()
    assert program(haruto).get(f"/books/{kokoro.pk}/history").json()["items"][0]["via"] == "api"


def test_a_refusal_says_why_and_where(program, haruto: User, kokoro: Book) -> None:
    path = f"/books/{kokoro.pk}/actions/lend_book"
    program(haruto).post(path, {"to": "Yoko"})
    answer = program(haruto).post(path, {"to": "Dan"})
    assert answer.status_code == 422
    problem = answer.json()
    assert (problem["code"], problem["detail"]) == ("refused", "This book is not on the shelf.")
    assert problem["errors"] == [{"pointer": "/to", "message": "This book is not on the shelf."}]


def test_arguments_are_checked_all_at_once(program, haruto: User, kokoro: Book) -> None:
    answer = program(haruto).post(f"/books/{kokoro.pk}/actions/lend_book", {"until": "soon", "unitl": 1})
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/to", "/until", "/unitl"}


def test_an_action_without_a_body_gets_no_arguments(program, haruto: User, kokoro: Book) -> None:
    answer = program(haruto).post(f"/books/{kokoro.pk}/actions/lend_book")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/to")


def test_what_an_action_made_is_named(program, haruto: User) -> None:
    api = program(haruto)
    yoko, taro = (
        api.post("/contacts", {"family_name": "山田", "given_name": name}).json()["id"] for name in ("葉子", "太郎")
    )
    done = api.post(f"/contacts/{yoko}/actions/form_household", {"partner": taro, "name": "山田家"}).json()
    assert done["result"]["resource"] == "household"
    assert api.get(f"/households/{done['result']['id']}").json()["name"] == "山田家"
    assert done["record"]["household"] == {"id": done["result"]["id"], "title": "山田家"}


def test_there_is_no_such_action(program, haruto: User, kokoro: Book) -> None:
    answer = program(haruto).post(f"/books/{kokoro.pk}/actions/burn_book", {})
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no action “burn_book”.")
