"""Every resource × scope × operation × way in: what a person may not reach, they reach nowhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kizuna.base.access import parts, policy
from kizuna.base.access.models import Grant, Scope
from kizuna.base.identity.models import Role, Token, User
from kizuna.base.records.models import Record
from kizuna.base.resources.fields import Choice
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


BORDER = {
    "none": {"mine"},
    "own": {"mine", "mate"},
    "team": {"mate", "stranger"},
    "all": {"nobody"},
}
"""The last who is reached and the first who is not. Lists show where the border runs among all; one by one, what lies
at it is enough."""

TRIED = ("none", "own")
"""Where every way in is tried on both sides of the border. How far wider scopes reach is seen on one way of each sort:
all ask for their record with the same predicate, and one that forgets it is seen here."""


@pytest.fixture
def scopes(request: pytest.FixtureRequest) -> list[str]:
    """From the narrower to the wider. None and all put no condition to the database: one is enough for them."""
    return ["own", "team"] if request.config.getoption("--database-only") else list(REACH)


@pytest.fixture
def border(request: pytest.FixtureRequest) -> dict[str, set[str]]:
    """A page asks for its record with the predicate of the list: on one database it is enough to see that it does."""
    return {scope: set() for scope in BORDER} if request.config.getoption("--database-only") else BORDER


@pytest.fixture
def rows(noun: Resource, haruto: User, sora: User, carol: User) -> dict[str, Record]:
    owners = {"mine": haruto, "mate": sora, "stranger": carol, "nobody": None}
    return {whose: make(noun, owner, WORD) for whose, owner in owners.items()}


@pytest.fixture
def allow(haruto: User) -> Callable[..., User]:
    """Haruto with exactly these scopes on this noun (of a part: on what it is a part of), and everything on the others
    that it points to."""

    def give(noun: Resource, **scopes: str) -> User:
        role = Role.objects.create(name=f"{noun.key} {scopes}")
        Grant.objects.create(role=role, resource="*", operation="read", scope=Scope.ALL)
        operations = {"create": "none", "update": "none", "delete": "none", "bulk": "none", "export": "none"} | scopes
        granted = {(noun.key, operation): reach for operation, reach in operations.items()}
        if part := parts.find(noun.key):  # how far a right to parts reaches, the right to the whole says
            whole = {name: reach for name, reach in operations.items() if name in parts.AS_THE_WHOLE}
            whole["update"] = scopes.get("update", scopes.get("delete", "none"))
            granted |= {(policy.resource_key(part.whole), name): reach for name, reach in whole.items()}
        for (kind, operation), reach in granted.items():
            Grant.objects.create(role=role, resource=kind, operation=operation, scope=Scope[reach.upper()])
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
    noun: Resource,
    scopes: list[str],
    border: dict[str, set[str]],
    rows: dict[str, Record],
    allow: Callable[..., User],
) -> None:
    for scope in scopes:
        user = allow(noun, read=scope, export="all")
        web, api = browser(user), program(user)
        listed = all_listed(noun, scope, rows, web, api, user)
        assert listed == dict.fromkeys(listed, REACH[scope]) | {"search": REACH[scope] if is_searched(noun) else set()}
        for whose in border[scope]:
            place, seen = noun.record_url(rows[whose].pk), 200 if whose in REACH[scope] else 404
            for path in ("/history", "/timeline", "") if scope in TRIED else ("/history",):
                assert web.get(f"{place}{path}").status_code == seen, (scope, whose, path)
            for path in ("", "/history") if scope in TRIED else ("",):
                told = f"/api/v1/{noun.plural}/{rows[whose].pk}{path}"
                assert api.get(told).status_code == seen, (scope, whose, path)
    for scope in scopes[:-1]:  # exporting is a right of its own; the widest was granted above
        answer = browser(allow(noun, read="all", export=scope)).post(f"/{noun.plural}/export")
        assert answer.status_code == (403 if scope == "none" else 200)
        exported = b"".join(answer).decode() if scope != "none" else ""
        assert named(rows, ids_in(exported, rf"{noun.key}:(\d+)")) == REACH[scope]


def all_listed(
    noun: Resource, scope: str, rows: dict[str, Record], web: Client, api: Client, user: User
) -> dict[str, set[str]]:
    """Whose records come through each way in that shows several."""
    listed = web.get(f"/{noun.plural}").content.decode()
    found = {hit.id for hit in search.find(user, WORD, resources=[noun], limit=50)}
    exported = b"".join(web.post(f"/{noun.plural}/export")).decode() if scope != "none" else ""
    picked = web.get(f"/{noun.plural}/pick", {"q": WORD} if is_searched(noun) else {}).content.decode()
    response = api.get(f"/api/v1/{noun.plural}")
    assert scope != "none" or response.status_code in (200, 403, 404)
    items = response.json()["items"] if scope != "none" else []
    return {
        "list": named(rows, ids_in(listed, r'data-row="(\d+)"')),
        "search": named(rows, found),
        "export": named(rows, ids_in(exported, rf"{noun.key}:(\d+)")),
        "type-ahead": named(rows, ids_in(picked, r'data-value="(\d+)"')),
        "API": named(rows, {item["id"] for item in items}),
    }


def is_searched(noun: Resource) -> bool:
    """A relationship is found through the people it ties: its own name is made of theirs. Of a payment all is said by
    its kind."""
    return (noun.title_field.editable and not isinstance(noun.title_field, Choice)) or bool(noun.search)


def reached(noun: Resource, operation: str, scope: str) -> set[str]:
    """What is never changed or deleted (an order, a payment) is out of reach for whoever has a right to it."""
    return REACH[scope] if operation in noun.operations else set()


def stands(answer: Any, may: bool, granted: int) -> bool:
    """Done for those who may; refused by right, or because there is no such verb, for the others."""
    return answer.status_code == granted if may else answer.status_code in (403, 404, 405)


@pytest.mark.once
def test_writing_reaches_as_far_as_granted_and_leaves_the_rest_untouched(
    noun: Resource, scopes: list[str], rows: dict[str, Record], allow: Callable[..., User]
) -> None:
    for scope in scopes:
        user = allow(noun, read="all", update=scope, delete=scope)
        web, api = browser(user), program(user)
        for whose in BORDER[scope]:
            record = rows[whose]
            place, told = noun.record_url(record.pk), f"/api/v1/{noun.plural}/{record.pk}"
            may = whose in reached(noun, "update", scope)
            same = json.dumps({"owner": record.owner_id})
            assert stands(api.patch(told, same, content_type="application/json"), may, 200), (scope, whose)
            may = whose in reached(noun, "delete", scope)
            assert stands(api.delete(told), may, 204), (scope, whose)
            assert noun.model.objects.get(pk=record.pk).is_deleted == may
            if scope in TRIED:
                assert stands(web.post(f"{place}/restore"), may, 302), (scope, whose)
                may_write = whose in reached(noun, "update", scope)
                assert stands(web.get(f"{place}/edit"), may_write, 200), (scope, whose)
                assert stands(web.post(f"{place}/delete"), may, 302), (scope, whose)
                assert noun.model.objects.get(pk=record.pk).is_deleted == may
            noun.model.objects.filter(pk=record.pk).update(deleted_at=None)


@pytest.mark.once
def test_many_at_once_reaches_no_further_than_one_by_one(
    noun: Resource, scopes: list[str], rows: dict[str, Record], allow: Callable[..., User]
) -> None:
    """What a narrower scope reached is gone already when the wider one comes."""
    ids = [record.pk for record in rows.values()]
    for scope in scopes:
        user = allow(noun, read="all", delete=scope, bulk="all")
        answer = browser(user).post(f"/{noun.plural}/bulk/delete", {"ids": ids})
        assert stands(answer, "delete" in noun.operations and scope != "none", 200)
        gone = set(noun.model.objects.trashed().filter(pk__in=ids).values_list("pk", flat=True))
        assert named(rows, gone) == reached(noun, "delete", scope)


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
