"""The sample pages: every template draws what its comment promises, and a strict CSP finds nothing to forbid."""

import json
import re
from html.parser import HTMLParser

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from tests.samples import pages

EMPTY_TAGS = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Checker(HTMLParser):
    """Collects what would break a page: tags left open, ids given twice, inline styles and handlers."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag not in EMPTY_TAGS and tag not in {"path", "use", "circle"}:
            self.open.append(tag)
        if "id" in values and "template" not in self.open:
            self.ids.append(values["id"] or "")
        if "style" in values or tag == "style":
            self.faults.append(f"style on <{tag}>")
        if tag == "script" and "src" not in values and values.get("type") != "application/json":
            self.faults.append("inline script")
        self.faults += [f"{name} on <{tag}>" for name in values if re.match(r"on[a-z]+$|hx-on", name)]
        self.faults += [f"{name} to another host" for name, value in attrs if re.match(r"(https?:)?//", value or "")]

    def handle_endtag(self, tag: str) -> None:
        if tag in {"path", "use", "circle"}:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")


def page(name: str, **query: str) -> tuple[int, str]:
    request: HttpRequest = RequestFactory().get("/samples", {"page": name, **query})
    response = pages.show(request)
    return response.status_code, response.content.decode()


def answer(part: str, **query: str) -> tuple[int, str]:
    response = pages.answer(RequestFactory().get("/", query), part)
    return response.status_code, response.content.decode()


def checked(markup: str) -> Checker:
    checker = Checker()
    checker.feed(markup)
    checker.close()
    return checker


@pytest.mark.parametrize("name", pages.PAGES)
def test_a_page_is_well_formed_and_needs_no_inline_code(name):
    status, markup = page(name)
    checker = checked(markup)
    assert status == 200
    assert checker.faults == []
    assert checker.open == []
    assert sorted(checker.ids) == sorted(set(checker.ids))
    assert "{{" not in markup
    assert "{%" not in markup


@pytest.mark.parametrize("part", pages.ANSWERS)
def test_a_part_of_a_page_is_well_formed(part):
    status, markup = answer(part)
    checker = checked(markup)
    assert status == (422 if part == "refused" else 200)
    assert checker.faults == []
    assert checker.open == []
    assert "<html" not in markup


def test_only_a_chosen_theme_is_fixed():
    assert 'data-bs-theme="dark"' in page("list", theme="dark")[1]
    assert "data-bs-theme" not in page("list")[1]
    assert "data-bs-theme" not in page("list", theme='"><script>')[1]


def test_the_token_against_forged_requests_travels_with_every_htmx_request():
    markup = page("list")[1]
    headers = re.search(r"hx-headers:inherited='([^']+)'", markup)
    assert headers
    assert len(json.loads(headers[1])["X-CSRFToken"]) > 20


def test_a_closed_sidebar_and_a_closed_group_stay_closed():
    request = RequestFactory().get("/samples", {"page": "list"})
    request.COOKIES = {"kizuna_sidebar": "closed", "kizuna_nav": ".sales."}
    markup = pages.show(request).content.decode()
    assert '<html lang="en" class="k-root k-closed"' in markup
    assert '<details class="k-nav-group" data-group="sales">' in markup
    assert '<details class="k-nav-group" data-group="customers" open>' in markup


def test_an_empty_list_says_what_it_is_for_and_offers_the_two_next_steps():
    markup = page("empty")[1]
    assert "People you sell to" in markup
    assert "New contact" in markup
    assert "Import" in markup
    assert "<table" not in markup
