"""Shelves to look at."""

from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.testing.library.models import Book

ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "{{ 7*7 }}{% load i18n %}",
    "</title></textarea></script><b>",
]
"""Names that would be markup where somebody forgot to escape them."""

MARKUP = ("<script>alert", "<img src=x", "<svg/onload", "</textarea></script><b>")
"""What must not be in a page."""


@pytest.fixture
def shelve(haruto: User) -> Callable[..., Book]:
    """Put a book of Haruto's on the shelf: `shelve("Kokoro", pages=248)`."""

    def put(title: str, *, owner: User | None = None, **values: Any) -> Book:
        values = {"title": title, "owner": (owner or haruto).pk, **values}
        return records.create(actor=haruto, resource=registry.get("book"), values=values)  # type: ignore[return-value]

    return put
