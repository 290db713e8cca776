"""Programs that call the API in somebody's name, and a few books to call about."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kizuna.base.identity.models import Token, User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.testing.library.models import Author, Book

ROOT = "/api/v1"


class Program:
    """A client with somebody's token. Bodies are JSON; answers are Django's, with `.json()`."""

    def __init__(self, user: User) -> None:
        self.user = user
        _token, secret = Token.issue(user, "test")
        self._client = Client(raise_request_exception=True, headers={"authorization": f"Bearer {secret}"})

    def _send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        data = b"" if body is None else json.dumps(body).encode()
        return self._client.generic(
            method,
            ROOT + path,
            data,
            content_type="application/json",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )

    def get(self, path: str, **query: Any) -> Any:
        return self._client.get(ROOT + path, query)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self._send("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self._send("DELETE", path, None, **headers)

    def ask(self, path: str, tree: Any, **query: Any) -> Any:
        """A list with a condition."""
        return self.get(path, filter=json.dumps(tree), **query)


@pytest.fixture
def program(db: None) -> Callable[[User], Program]:
    """A program that works for a user: `program(haruto).get("/books")`."""
    return Program


@pytest.fixture
def books() -> Resource:
    return registry.get("book")


@pytest.fixture
def soseki(haruto: User) -> Author:
    values = {"name": "夏目 漱石", "reading": "なつめ そうせき", "emails": ["soseki@library.example"]}
    return records.create(actor=haruto, resource=registry.get("author"), values=values)  # type: ignore[return-value]


@pytest.fixture
def kokoro(haruto: User, soseki: Author, books: Resource) -> Book:
    values = {"title": "Kokoro", "author": soseki.pk, "pages": 248, "subjects": ["novel", "Meiji"]}
    return records.create(actor=haruto, resource=books, values=values)  # type: ignore[return-value]
