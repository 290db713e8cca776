"""Merging over the API: seen first, done, taken apart; and the old number leads on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.identity.models import User
from kizuna.base.merging.models import Merge
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.testing.library.models import Book
from kizuna.customers.consent import queries as consent
from kizuna.customers.consent.models import Source, State
from kizuna.customers.consent.services import keep

pytestmark = pytest.mark.django_db

Programs = Callable[[User], Any]


@pytest.fixture
def pair(haruto: User) -> tuple[Book, Book]:
    found = [
        records.create(actor=haruto, resource=registry.get("book"), values={"title": "Kokoro"} | more)
        for more in ({"subjects": ["novel"]}, {"subjects": ["Meiji"], "pages": 248})
    ]
    return found[0], found[1]  # type: ignore[return-value]


def test_a_dry_run_says_what_a_merge_does_and_does_nothing(
    program: Programs, haruto: User, pair: tuple[Book, Book]
) -> None:
    one, two = pair
    answer = program(haruto).post(f"/books/{one.pk}/merge", {"others": [two.pk], "dry_run": True})
    lines = {line["name"]: line for line in answer.json()["preview"]["lines"]}
    assert (lines["pages"]["chosen"], lines["pages"]["reason"]) == (two.pk, "only")
    assert lines["subjects"]["result"] == {"subjects": ["novel", "Meiji"]}
    assert Merge.objects.count() == 0


def test_a_dry_run_says_that_the_strictest_consent_holds(program: Programs, mika: User) -> None:
    contacts, marketing = registry.get("contact"), consent.purpose_named("marketing")
    one, two = (
        records.create(actor=mika, resource=contacts, values={"family_name": "山本", "emails": [address]})
        for address in ("yoko@aoba.example", "yoko.y@aoba.example")
    )
    for person, state in ((one, "granted"), (two, "withdrawn")):
        keep(
            by=SYSTEM, contact_id=person.pk, purpose=marketing, channel="email", state=state, source=Source.PAPER,
            happened_at=timezone.now(),
        )  # fmt: skip
    answer = program(mika).post(f"/contacts/{one.pk}/merge", {"others": [two.pk], "dry_run": True})
    (told,) = answer.json()["preview"]["told"]
    assert told["values"] == {str(one.pk): str(State.GRANTED.label), str(two.pk): str(State.WITHDRAWN.label)}
    assert told["result"] == str(State.WITHDRAWN.label)


def test_the_old_number_leads_to_the_survivor(program: Programs, haruto: User, pair: tuple[Book, Book]) -> None:
    one, two = pair
    caller = program(haruto)
    seen = caller.post(f"/books/{one.pk}/merge", {"others": [two.pk], "dry_run": True}).json()["preview"]["versions"]
    made = caller.post(f"/books/{one.pk}/merge", {"others": [two.pk], "versions": seen})
    assert made.status_code == 200
    answer = caller.get(f"/books/{two.pk}")
    assert (answer.status_code, answer["Location"]) == (301, f"/api/v1/books/{one.pk}")
    assert answer.json()["merged_into"] == one.pk
    assert caller.patch(f"/books/{two.pk}", {"pages": 1}).status_code == 308
    assert caller.get("/books", view="trash").json()["items"] == []


def test_the_old_number_tells_nothing_to_strangers(
    program: Programs, haruto: User, nobody: User, pair: tuple[Book, Book]
) -> None:
    one, two = pair
    program(haruto).post(f"/books/{one.pk}/merge", {"others": [two.pk]})
    answer = program(nobody).get(f"/books/{two.pk}")
    assert (answer.status_code, "merged_into" in answer.json()) == (404, False)
    assert program(nobody).get("/merges").json()["items"] == []


def test_a_merge_is_taken_apart(program: Programs, haruto: User, pair: tuple[Book, Book]) -> None:
    one, two = pair
    caller = program(haruto)
    merge = caller.post(f"/books/{one.pk}/merge", {"others": [two.pk]}).json()["merge"]
    assert [found["id"] for found in caller.get("/merges").json()["items"]] == [merge["id"]]
    assert caller.get(f"/merges/{merge['id']}").json()["can_be_undone"] is True
    undone = caller.post(f"/merges/{merge['id']}/undo").json()
    assert (undone["can_be_undone"], undone["undone_by"]) == (False, haruto.pk)
    assert caller.get(f"/books/{two.pk}").status_code == 200


def test_a_version_that_is_no_longer_true_is_refused(program: Programs, haruto: User, pair: tuple[Book, Book]) -> None:
    one, two = pair
    body = {"others": [two.pk], "versions": {str(two.pk): two.version + 1}}
    answer = program(haruto).post(f"/books/{one.pk}/merge", body)
    assert answer.status_code == 412
    assert answer.json()["current"]["id"] == two.pk


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/others"),
        ({"others": []}, "/others"),
        ({"others": ["x"]}, "/others"),
        ({"others": [1], "dry_run": "yes"}, "/dry_run"),
        ({"others": [1], "versions": {"x": 1}}, "/versions"),
        ({"others": [1], "to": 2}, "/to"),
    ],
)
def test_nonsense_is_named(
    program: Programs, haruto: User, pair: tuple[Book, Book], body: dict[str, Any], pointer: str
) -> None:
    answer = program(haruto).post(f"/books/{pair[0].pk}/merge", body)
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


def test_what_cannot_be_merged_has_no_such_address(program: Programs, haruto: User) -> None:
    assert program(haruto).post("/reviews/1/merge", {"others": [2]}).status_code == 404
