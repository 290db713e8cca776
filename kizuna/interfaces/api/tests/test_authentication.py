"""Who comes in: programs with a token, and pages of ours with a session and its proof."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kizuna.base.identity.models import Token, User
from kizuna.base.identity.services import deactivate_user, revoke_token
from kizuna.base.testing.library.models import Book

pytestmark = pytest.mark.django_db


def knock(client: Client, header: str | None) -> int:
    headers = {} if header is None else {"authorization": header}
    answer = client.get("/api/v1/me", headers=headers)
    if answer.status_code == 401:
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Kizuna"'
        assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code


def test_a_token_opens_and_nothing_else_does(client: Client, haruto: User) -> None:
    _token, secret = Token.issue(haruto, "sync")
    assert knock(client, f"Bearer {secret}") == knock(client, f"bearer {secret}") == 200
    wrong = [
        None,
        "",
        "Bearer",
        "Bearer ",
        f"Bearer {secret}x",
        f"Basic {secret}",
        secret,
        "Bearer é",
        "Bearer " + "k" * 9000,
    ]
    assert [knock(client, header) for header in wrong] == [401] * len(wrong)


def test_an_end_a_revocation_and_a_farewell_close_the_door(client: Client, alice: User, haruto: User) -> None:
    _ended, old = Token.issue(haruto, "old", timezone.now() - timedelta(seconds=1))
    assert knock(client, f"Bearer {old}") == 401
    token, secret = Token.issue(haruto, "sync")
    revoke_token(actor=haruto, token=token)
    assert knock(client, f"Bearer {secret}") == 401
    _token, secret = Token.issue(haruto, "sync")
    deactivate_user(actor=alice, user=haruto)
    assert knock(client, f"Bearer {secret}") == 401


def test_a_wrong_token_is_not_made_good_by_a_session(client: Client, haruto: User) -> None:
    client.force_login(haruto)
    assert knock(client, None) == 200
    assert knock(client, "Bearer kzn_nonsense") == 401


def test_a_page_reads_with_its_session_and_changes_with_its_proof(haruto: User) -> None:
    page = Client(enforce_csrf_checks=True)
    page.force_login(haruto)
    assert page.get("/api/v1/books").status_code == 200
    forged = page.post("/api/v1/books", {"title": "Forged"}, content_type="application/json")
    assert (forged.status_code, forged.json()["code"]) == (403, "forged")
    assert not Book.objects.exists()
    token = "a" * 32
    page.cookies["csrftoken"] = token
    made = page.post(
        "/api/v1/books", {"title": "Real"}, content_type="application/json", headers={"x-csrftoken": token}
    )
    assert made.status_code == 201


def test_a_token_needs_no_such_proof(haruto: User) -> None:
    _token, secret = Token.issue(haruto, "sync")
    program = Client(enforce_csrf_checks=True, headers={"authorization": f"Bearer {secret}"})
    assert program.post("/api/v1/books", {"title": "Real"}, content_type="application/json").status_code == 201


def test_a_form_of_another_site_breaks_nothing(haruto: User) -> None:
    page = Client(enforce_csrf_checks=True)
    page.force_login(haruto)
    for kind in ("multipart/form-data; boundary=x", "multipart/form-data", "application/x-www-form-urlencoded"):
        answer = page.generic("POST", "/api/v1/books", b"--x\r\nnonsense", content_type=kind)
        assert answer.status_code in (400, 403), kind


def test_problems_are_told_in_the_language_of_the_user(program, make_user) -> None:
    yoko = make_user("Yoko", role="salesperson", language="ja")
    answer = program(yoko).get("/books/999999")
    assert answer.headers["Content-Language"] == "ja"


def test_a_day_begins_where_the_user_is(program, make_user) -> None:
    yoko = make_user("Yoko", role="salesperson", language="ja", time_zone="Asia/Tokyo")
    made = program(yoko).post("/books", {"title": "Mon", "lent_at": "2026-03-01T10:00"}).json()
    assert made["lent_at"] == "2026-03-01T01:00:00Z"
    tree = '{"field":"lent_at","op":"on","value":"2026-03-01"}'
    assert len(program(yoko).get("/books", filter=tree).json()["items"]) == 1
