"""The map in a browser: looked around by keyboard, a circle drawn, near here, and nobody else asked or shut out."""

import json
from urllib.parse import quote

from playwright.sync_api import Page, expect

from tests.journeys.axe import violations
from tests.journeys.conftest import OpenPage

BERLIN = {"field": "position", "op": "within", "value": {"lat": 52.3, "lon": 13.4, "km": 600}}


def test_the_map_is_walked_by_keys_and_a_circle_becomes_a_filter(signed_in: OpenPage) -> None:
    page = signed_in(at=f"/companies?mode=map&filter={quote(json.dumps(BERLIN))}")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    expect(page.locator(".k-map-land").first).to_be_attached()
    expect(page.locator(".k-map-circle")).to_have_count(1)
    page.locator(".k-mark-one").first.focus()
    page.keyboard.press("Enter")
    card = page.locator(".k-map-card a")
    expect(card).to_be_focused()
    assert "/companies/" in (card.get_attribute("href") or "")
    page.keyboard.press("Escape")
    expect(page.locator(".k-map-card")).to_have_count(0)
    assert violations(page) == []
    _draw(page)
    expect(page.locator(".k-chip").filter(has_text="km of")).to_have_count(1)
    expect(page.locator(".k-map-circle")).to_have_count(1)
    assert "at=" in page.url
    own = page.url.split("/companies")[0].rsplit(":", 1)[0]
    assert [url for url in asked if not url.startswith(own)] == []


def _draw(page: Page) -> None:
    page.locator("[data-around=draw]").click()
    box = page.locator("[data-ground]").bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 60, middle[1] + 20, steps=4)
    with page.expect_response(lambda answer: "/map/circle" in answer.url):
        page.mouse.up()
