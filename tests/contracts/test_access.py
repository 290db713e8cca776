"""Every resource × scope × operation × way in: what a person may not reach, they reach nowhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from django.test import Client

from kizuna.base.access.models import Grant, Scope
from kizuna.base.identity.models import Role, Token, User
from kizuna.base.records.models import Record
from kizuna.base.resources.resource import Resource
from kizuna.base.search import queries as search
from tests.contracts.samples import make

pytestmark = pytest.mark.django_db

WORD = "Zebrafisch"
REACH = {
    "none": set(),
    "own": {"mine"},
    "team": {"mine", "mate"},
    "all": {"mine", "mate", "stranger", "nobody"},
}


EVERY_SCOPE = [pytest.param("all", marks=pytest.mark.once), pytest.param("none", marks=pytest.mark.once), "own", "team"]
"""All and none put no condition to the database."""


@pytest.fixture(params=EVERY_SCOPE)
def scope(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def rows(noun: Resource, haruto: User, sora: User, carol: User) -> dict[str, Record]:
    owners = {"mine": haruto, "mate": sora, "stranger": carol, "nobody": None}
    return {whose: make(noun, owner, WORD) for whose, owner in owners.items()}


@pytest.fixture
def allow(haruto: User) -> Callable[..., User]:
    """Haruto with exactly these scopes on this noun, and everything on the others that it points to."""

    def give(noun: Resource, **scopes: str) -> User:
        role = Role.objects.create(name=f"{noun.key} {scopes}")
        Grant.objects.create(role=role, resource="*", operation="read", scope=Scope.ALL)
        operations = {"create": "none", "update": "none", "delete": "none", "bulk": "none", "export": "none"} | scopes
        for operation, reach in operations.items():
            Grant.objects.create(role=role, resource=noun.key, operation=operation, scope=Scope[reach.upper()])
        haruto.roles.set([role])
        return User.objects.get(pk=haruto.pk)

    return give


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def program(user: User) -> Client:
    _token, secret = Token.issue(user, "contract")
    return Client(headers={"Authorization": f"Bearer {secret}"})


def named(rows: dict[str, Record], ids: set[int]) -> set[str]:
    return {whose for whose, record in rows.items() if record.pk in ids}


def ids_in(page: str, pattern: str) -> set[int]:
    return {int(found) for found in re.findall(pattern, page)}


def test_reading_reaches_as_far_as_granted_through_every_way_in(
    noun: Resource, scope: str, rows: dict[str, Record], allow: Callable[..., User]
) -> None:
    user = allow(noun, read=scope, export="all")
    wanted = REACH[scope]
    web, api = browser(user), program(user)

    listed = web.get(f"/{noun.plural}").content.decode()
    assert named(rows, ids_in(listed, r'data-row="(\d+)"')) == wanted

    for whose, record in rows.items():
        seen = 200 if whose in wanted else 404
        for path in ("", "/history", "/timeline"):
            assert web.get(f"{noun.record_url(record.pk)}{path}").status_code == seen, (whose, path)
        assert api.get(f"/api/v1/{noun.plural}/{record.pk}").status_code == seen, whose
        assert api.get(f"/api/v1/{noun.plural}/{record.pk}/history").status_code == seen, whose

    found = {hit.id for hit in search.find(user, WORD, resources=[noun], limit=50)}
    assert named(rows, found) == (wanted if is_searched(noun) else set())

    exported = b"".join(web.post(f"/{noun.plural}/export")).decode() if scope != "none" else ""
    assert named(rows, ids_in(exported, rf"{noun.key}:(\d+)")) == wanted

    asked = {"q": WORD} if is_searched(noun) else {}
    picked = web.get(f"/{noun.plural}/pick", asked).content.decode()
    assert named(rows, ids_in(picked, r'data-value="(\d+)"')) == wanted

    response = api.get(f"/api/v1/{noun.plural}")
    items = response.json()["items"] if scope != "none" else []
    assert named(rows, {item["id"] for item in items}) == wanted
    assert scope != "none" or response.status_code in (200, 403, 404)


def is_searched(noun: Resource) -> bool:
    """A relationship is found through the people it ties: its own name is made of theirs."""
    return noun.title_field.editable or bool(noun.search)


def test_exporting_is_a_right_of_its_own(
    noun: Resource, scope: str, rows: dict[str, Record], allow: Callable[..., User]
) -> None:
    answer = browser(allow(noun, read="all", export=scope)).post(f"/{noun.plural}/export")
    assert answer.status_code == (403 if scope == "none" else 200)
    exported = b"".join(answer).decode() if scope != "none" else ""
    assert named(rows, ids_in(exported, rf"{noun.key}:(\d+)")) == REACH[scope]


@pytest.mark.once
def test_writing_reaches_as_far_as_granted_and_leaves_the_rest_untouched(
    noun: Resource, scope: str, rows: dict[str, Record], allow: Callable[..., User]
) -> None:
    user = allow(noun, read="all", update=scope, delete=scope)
    web, api = browser(user), program(user)
    for whose, record in rows.items():
        may = whose in REACH[scope]
        same = json.dumps({"owner": record.owner_id})
        patched = api.patch(f"/api/v1/{noun.plural}/{record.pk}", same, content_type="application/json")
        assert patched.status_code == (200 if may else 403), whose
        form = web.get(f"{noun.record_url(record.pk)}/edit").status_code
        assert form == (200 if may else 403), whose
        deleted = web.post(f"{noun.record_url(record.pk)}/delete").status_code
        assert deleted == (302 if may else 403), whose
        assert noun.model.objects.get(pk=record.pk).is_deleted == may
        restored = web.post(f"{noun.record_url(record.pk)}/restore").status_code
        assert restored == (302 if may else 403), whose
        assert api.delete(f"/api/v1/{noun.plural}/{record.pk}").status_code == (204 if may else 403), whose


def test_many_at_once_reaches_no_further_than_one_by_one(
    noun: Resource, scope: str, rows: dict[str, Record], allow: Callable[..., User]
) -> None:
    user = allow(noun, read="all", delete=scope, bulk="all")
    ids = [record.pk for record in rows.values()]
    answer = browser(user).post(f"/{noun.plural}/bulk/delete", {"ids": ids})
    assert answer.status_code == (403 if scope == "none" else 200)
    gone = set(noun.model.objects.trashed().filter(pk__in=ids).values_list("pk", flat=True))
    assert named(rows, gone) == REACH[scope]


@pytest.mark.once
def test_without_the_right_to_create_nothing_is_created(noun: Resource, allow: Callable[..., User]) -> None:
    user = allow(noun, read="all")
    before = noun.model.objects.count()
    assert browser(user).get(f"/{noun.plural}/new").status_code == 403
    assert browser(user).post(f"/{noun.plural}/new", {noun.title: WORD}).status_code == 403
    made = program(user).post(f"/api/v1/{noun.plural}", json.dumps({noun.title: WORD}), content_type="application/json")
    assert made.status_code == 403
    assert noun.model.objects.count() == before


@pytest.mark.once
def test_whoever_is_not_signed_in_reaches_nothing(noun: Resource, haruto: User) -> None:
    record = make(noun, haruto, WORD)
    for path in ("", "/new", f"/{record.pk}", f"/{record.pk}/history", "/pick?q=ze", "/count", "/export", "/import"):
        answer = Client().get(f"/{noun.plural}{path}")
        assert answer.status_code == 302, path
        assert answer["Location"].startswith("/accounts/sign-in/"), path
    assert Client().get(f"/api/v1/{noun.plural}/{record.pk}").status_code == 401
    assert Client().get("/palette?q=ze").status_code == 302
