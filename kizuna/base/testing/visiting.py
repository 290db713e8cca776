"""Somebody at the screens: Django's client, signed in, asking as a browser or as htmx does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from kizuna.base.identity.models import User

Answer = HttpResponse


class Visitor:
    """A signed-in person. Answers are Django's; an exception in a view fails the test."""

    def __init__(self, user: User, *, check_csrf: bool = False) -> None:
        self.user = user
        self.client = Client(enforce_csrf_checks=check_csrf)
        self.client.force_login(user)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(path, query)

    def post(self, path: str, **data: Any) -> Any:
        return self.client.post(path, data)

    def ask(self, path: str, **query: Any) -> Any:
        """GET as htmx asks for a part of the page."""
        return self.client.get(path, query, headers={"hx-request": "true", "hx-request-type": "partial"})

    def send(self, path: str, *, at: str = "", **data: Any) -> Any:
        """POST as htmx does, from the page `at`; a name with a dot is given through a dictionary: `**{"keep.x": …}`."""
        headers = {"hx-request": "true", "hx-request-type": "partial", "hx-current-url": f"http://testserver{at}"}
        return self.client.post(path, data, headers=headers)


@pytest.fixture
def visit(db: None) -> Callable[..., Visitor]:
    """`visit(haruto).get("/contacts")`."""
    return Visitor


def said(answer: Any) -> str:
    """What a toast says after this answer arrives; "" when it says nothing."""
    return str(_toast(answer).get("text", ""))


def undo_of(answer: Any) -> str:
    """The path behind the Undo of the toast."""
    return str(_toast(answer).get("undo", ""))


def _toast(answer: Any) -> dict[str, Any]:
    events: dict[str, Any] = json.loads(answer.headers.get("HX-Trigger", "{}"))
    return events.get("kizuna:toast") or {}


def page_of(answer: Any) -> str:
    """The answer as text."""
    return str(answer.content.decode())


def content_of(answer: Any) -> str:
    """The part of a page that is about its records; a partial as it is. The rest names files by numbers."""
    page = page_of(answer)
    return page.partition('id="main"')[2].partition("</main>")[0] if "<html" in page else page


def listed(answer: Any) -> list[str]:
    """The names of the records in the rows of a list, in their order."""
    return re.findall(r"<a\b[^>]*data-open[^>]*>(?:(?!<[/]a\b).)*?<b\b[^>]*>(.*?)<[/]b\b", page_of(answer), re.DOTALL)
