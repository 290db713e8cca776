"""Keeping a list as a view: saved, edited, reset, deleted and brought back, by mouse and by keyboard."""

import json
from urllib.parse import quote

from playwright.sync_api import expect

from tests.journeys.axe import violations
from tests.journeys.conftest import OpenPage

PROSPECTS = quote(json.dumps({"field": "stage", "op": "is", "value": "prospect"}))


def test_a_list_is_kept_under_a_name_edited_saved_deleted_and_brought_back(signed_in: OpenPage) -> None:
    page = signed_in(at=f"/contacts?filter={PROSPECTS}")
    tabs = page.locator(".k-list-views .k-tabs")
    name = page.locator("#dialog [name=name]")
    page.locator("[popovertarget=sort-menu]").press("Enter")  # a menu that is fetched takes the focus once it has come
    expect(page.locator("#sort-menu .k-menu-item").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#sort-menu")).to_be_hidden()
    page.get_by_label("Save this view").click()
    expect(name).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    page.get_by_label("Save this view").click()
    expect(name).to_be_focused()
    page.keyboard.type("Soon customers")
    page.keyboard.press("Enter")
    expect(tabs.locator("[aria-current=page]")).to_have_text("Soon customers")
    expect(page.locator(".k-chip:not(.k-chip-add)")).to_contain_text("Prospect")
    expect(page.locator(".k-view-state")).to_have_count(0)

    page.locator("th.k-h-name a").click()
    expect(page.locator(".k-view-state")).to_contain_text("Edited")
    page.get_by_role("link", name="Reset").click()
    expect(page.locator(".k-view-state")).to_have_count(0)
    page.locator("th.k-h-name a").click()
    page.locator(".k-view-state").get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".k-view-state")).to_have_count(0)
    expect(page.locator("th.k-h-name")).to_have_attribute("aria-sort", "descending")

    page.locator(".k-tab-more").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#view-menu")).to_be_visible()
    assert violations(page) == []
    page.locator("#view-menu").get_by_text("Delete this view").click()
    expect(tabs.get_by_text("Soon customers")).to_have_count(0)
    page.locator("#toasts [data-undo]").click()
    expect(tabs.locator("[aria-current=page]")).to_have_text("Soon customers")


def test_a_view_is_reached_from_the_palette_and_read_on_a_phone(signed_in: OpenPage) -> None:
    page = signed_in(at="/contacts", width=390, height=844)
    page.keyboard.press("Control+k")
    page.keyboard.type("quiet for")
    expect(page.locator("#palette [role=option][aria-selected=true]")).to_contain_text("Quiet for half a year")
    page.keyboard.press("Enter")
    page.wait_for_url("**/contacts?view=*")
    current = page.locator(".k-tabs [aria-current=page]")
    expect(current).to_have_text("Quiet for half a year")
    expect(current).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
