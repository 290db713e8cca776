"""Many at once: forty people tagged together, and everything that matches."""

import json
from urllib.parse import urlencode
from uuid import uuid4

from playwright.sync_api import expect

from tests.journeys.conftest import OpenPage


def test_forty_people_are_tagged_at_once(signed_in: OpenPage) -> None:
    page = signed_in(at="/contacts")
    word = f"Fair {uuid4().hex[:6]}"
    boxes = page.locator("[data-check]")
    boxes.first.click()
    boxes.nth(39).click(modifiers=["Shift"])
    expect(page.locator("[data-selected]")).to_have_text("40")
    page.locator(".k-selection-verb", has_text="Tag").click()
    page.locator("#dialog [data-word]").press_sequentially(word)
    page.keyboard.press("Enter")
    page.locator("#dialog [data-default]").click()
    expect(page.locator("#toasts")).to_contain_text("40 records changed.")
    expect(page.locator("#dialog")).to_be_hidden()
    tree = json.dumps({"field": "tags", "op": "has_any", "value": [word]})
    page.goto(f"/contacts?{urlencode({'filter': tree})}")
    expect(page.locator("#count")).to_have_text("40")


def test_everything_that_matches_is_tagged_by_a_job_that_can_be_watched_and_taken_back(signed_in: OpenPage) -> None:
    page = signed_in(at="/contacts?view=all")
    expect(page.locator("#count")).not_to_be_empty()
    page.locator("[data-check-page]").click()
    page.locator("[data-select-all]").click()
    expect(page.locator("[data-everything]")).to_be_visible()
    page.locator(".k-selection-verb", has_text="Tag").click()
    page.locator("#dialog [data-word]").press_sequentially("Everyone")
    page.keyboard.press("Enter")
    page.locator("#dialog [data-default]").click()
    page.wait_for_url("**/bulk/*")
    expect(page.locator("#work")).to_contain_text("records were changed")
    page.locator("#work button", has_text="Undo").click()
    expect(page.locator("#work")).to_contain_text("What is taken back")
    expect(page.locator("#work")).to_contain_text("records were changed")
    page.locator("#work a.k-btn-primary").click()
    page.wait_for_url("**/contacts")
    expect(page.locator("[data-row]").first).to_be_visible()


def test_a_selection_that_is_dismissed_changes_nothing(signed_in: OpenPage) -> None:
    page = signed_in(at="/contacts")
    page.locator("[data-check]").nth(1).click()
    page.locator(".k-selection-verb", has_text="Assign").click()
    expect(page.locator("#dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.locator("#selection")).to_contain_text("1 selected")
    page.keyboard.press("Escape")
    expect(page.locator("#selection")).to_be_hidden()
