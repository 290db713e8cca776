"""Every page, as a screen reader and a slow line meet it: axe finds nothing, and nothing weighs too much."""

import gzip
import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import violations
from tests.journeys.conftest import ALIVE, OpenPage

KB = 1024
PAGES = ["/", "/contacts", "/contacts/1", "/contacts/1/edit", "/contacts/1/history", "/companies/1", "/me", "/help",
         "/settings/people", "/settings/teams", "/settings/roles", "/settings/roles/1", "/settings/work",
         "/settings/exports?kind=contact", "/contacts/import", "/settings/layouts/contact", "/settings/layouts/home",
         "/settings/objects", "/team", "/times", "/bulk"]  # fmt: skip
SPARE = "() => document.querySelectorAll('tbody > tr:nth-child(n + 20)').forEach(row => row.remove())"
"""Of a long table the first rows are enough: one loop makes them all, and axe takes as long for each."""
WINDOWS = [("en", 1440, "light"), ("ja", 390, "dark")]


def speak(page: Page, language: str, theme: str) -> None:
    """Set the person's language and appearance as the menu does."""
    page.evaluate(
        """async ([language, theme]) => {
            const token = JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRFToken"];
            for (const [name, value] of [["language", language], ["theme", theme]]) {
                const headers = {"X-CSRFToken": token, "HX-Request": "true"};
                await fetch(`/me/${name}`, {method: "POST", headers, body: new URLSearchParams({[name]: value})});
            }
        }""",
        [language, theme],
    )


@pytest.mark.parametrize(("language", "width", "theme"), WINDOWS)
def test_nobody_is_shut_out(signed_in: OpenPage, language: str, width: int, theme: str) -> None:
    page = signed_in(width=width)
    speak(page, language, theme)
    found = {}
    try:
        for path in PAGES:
            page.goto(path)
            expect(page.locator("html")).to_have_attribute("lang", language)
            page.evaluate(SPARE)
            if faults := violations(page):
                found[path] = faults
        found |= {name: faults for name, faults in dialogs(page).items() if faults}
    finally:
        speak(page, "en", "auto")
    assert not found


def dialogs(page: Page) -> dict[str, list[str]]:
    page.goto("/contacts")
    page.locator(".k-chip-add").click()
    expect(page.locator("[data-row-of-filter]").first).to_be_visible()
    found = {"filter": violations(page)}
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("山")
    expect(page.locator('#palette [data-href^="/contacts/"]').first).to_be_visible()
    found["palette"] = violations(page)
    return found


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["en-GB", "ja-JP"])
def test_the_sign_in_page_shuts_nobody_out(open_page: OpenPage, language: str, dark: bool) -> None:
    page = open_page(language=language, dark=dark)
    page.goto("/")
    assert violations(page) == []


def test_a_list_of_fifty_people_weighs_less_than_60_kb(signed_in: OpenPage) -> None:
    page = signed_in()
    weight = len(gzip.compress(page.request.get("/contacts").body(), 6))
    assert weight < 60 * KB


@pytest.mark.parametrize(("ending", "most"), [("js", 120), ("css", 100)])
def test_script_and_style_of_a_page_are_light(signed_in: OpenPage, ending: str, most: int) -> None:
    page = signed_in(at="/contacts")
    addresses = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    loaded = [one for one in addresses if re.search(rf"\.{ending}(\?|$)", one)]
    assert loaded
    assert sum(len(gzip.compress(page.request.get(one).body(), 6)) for one in loaded) < most * KB


def test_nothing_is_loaded_from_anywhere_else(signed_in: OpenPage) -> None:
    page = signed_in()
    hosts = set()
    page.on("request", lambda request: hosts.add(re.sub(r"^(\w+://[^/:]+).*", r"\1", request.url)))
    for path in ("/", "/contacts", "/contacts/1", "/contacts/1/edit"):
        page.goto(path)
        page.wait_for_function(ALIVE)
    assert len({host for host in hosts if host.startswith("http")}) == 1
