"""Books in Tokyo: fixtures of the library."""

from typing import Any

import pytest

from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.testing.library.models import Author, Book


@pytest.fixture
def books() -> Resource:
    return registry.get("book")


@pytest.fixture
def soseki(haruto: User) -> Author:
    values = {"name": "夏目 漱石", "reading": "なつめ そうせき", "emails": ["soseki@library.example"]}
    return records.create(actor=haruto, resource=registry.get("author"), values=values)  # type: ignore[return-value]


@pytest.fixture
def kokoro(haruto: User, soseki: Author) -> Book:
    values: dict[str, Any] = {"title": "Kokoro", "author": soseki.pk, "pages": 248, "subjects": ["novel", "Meiji"]}
    return records.create(actor=haruto, resource=registry.get("book"), values=values)  # type: ignore[return-value]
