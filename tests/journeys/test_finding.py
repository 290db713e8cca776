"""Finding people: the palette, the list and its filters, and the keyboard."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenPage, without_chunk


def chosen(page: Page) -> str:
    return page.locator("#palette [role=option][aria-selected=true]").inner_text()


# ── the palette ──


@pytest.mark.parametrize("typed", ["山田", "やまだ", "ヤマダ", "yamada"])
def test_yamada_is_found_however_the_name_is_typed(signed_in: OpenPage, typed: str) -> None:
    page = signed_in()
    page.keyboard.press("Control+k")
    page.keyboard.type(typed)
    hits = page.locator('#palette [data-href^="/contacts/"]:not([data-href$="/new"])')
    expect(hits.first).to_contain_text("山田")
    page.keyboard.press("Enter")
    page.wait_for_url("**/contacts/*")
    expect(page.locator("h1").last).to_contain_text("山田")


def test_two_keystrokes_and_enter_open_a_person_though_the_script_comes_between_them(signed_in: OpenPage) -> None:
    page = signed_in()
    with without_chunk(page, "palette"):
        page.reload()
        page.keyboard.press("Control+k")
        page.keyboard.type("山")
    page.keyboard.type("田")
    expect(page.locator("#palette input")).to_have_value("山田")
    expect(page.locator("#palette [role=option][aria-selected=true]")).to_contain_text("山田")
    page.keyboard.press("Enter")
    page.wait_for_url("**/contacts/*")


def test_a_command_is_run_from_the_palette(signed_in: OpenPage) -> None:
    page = signed_in()
    page.keyboard.press("Control+k")
    page.keyboard.type("new comp")
    expect(page.locator("#palette [role=option][aria-selected=true]")).to_contain_text("New company")
    page.keyboard.press("Enter")
    page.wait_for_url("**/companies/new")


def test_enter_that_ends_a_composition_opens_nobody(signed_in: OpenPage) -> None:
    page = signed_in()
    page.keyboard.press("Control+k")
    field = page.locator("#palette input")
    field.dispatch_event("compositionstart")
    field.fill("やまだ")
    expect(page.locator('#palette [data-href^="/contacts/"]').first).to_contain_text("山田")
    field.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True, "cancelable": True})
    expect(page.locator("#palette")).to_be_visible()
    assert urlsplit(page.url).path == "/"
    field.dispatch_event("compositionend", {"data": "やまだ"})
    page.keyboard.press("Enter")
    page.wait_for_url("**/contacts/*")


# ── the list ──


def test_a_built_filter_stands_in_the_address_and_survives_a_reload(signed_in: OpenPage) -> None:
    page = signed_in(at="/contacts")
    page.locator(".k-chip-add").click()
    row = page.locator("[data-row-of-filter]")
    row.first.locator("[data-field]").select_option(label="Stage")
    row.first.locator("[data-operator]").select_option(label="is")
    row.first.locator("[data-value] select").select_option(label="Customer")
    page.locator("[data-root] > fieldset > .k-buttons > [data-add=row]").click()
    row.nth(1).locator("[data-field]").select_option(label="Tasks")
    row.nth(1).locator("[data-value] input").fill("1")
    page.locator("#dialog [data-default]").click()
    chips = page.locator(".k-chip:not(.k-chip-add)")
    expect(chips).to_have_count(2)
    expect(chips.first).to_contain_text("Customer")
    shown = page.locator("[data-row]").count()
    tree = json.loads(parse_qs(urlsplit(page.url).query)["filter"][0])
    assert {part.get("field") or part.get("related") for part in tree["all"]} == {"stage", "tasks"}
    page.reload()
    expect(chips).to_have_count(2)
    expect(page.locator("[data-row]")).to_have_count(shown)
    page.locator(".k-chip-x").first.click()
    expect(chips).to_have_count(1)
    page.go_back()
    expect(chips).to_have_count(2)


def test_typing_in_the_search_narrows_the_list_and_keeps_the_focus(signed_in: OpenPage) -> None:
    page = signed_in(at="/contacts")
    page.keyboard.press("/")
    page.keyboard.type("山田")
    page.wait_for_url("**search=*")
    expect(page.locator("[data-row]").first).to_contain_text("山田")
    expect(page.locator("#list-search")).to_be_focused()
    expect(page.locator("#list-search")).to_have_value("山田")


def test_a_head_sorts_pages_follow_and_a_record_leads_to_the_next_one(signed_in: OpenPage) -> None:
    page = signed_in(at="/contacts")
    expect(page.locator("#count")).not_to_be_empty()
    first = page.locator("[data-row]").first.inner_text()
    page.locator("th.k-h-name a").click()
    page.wait_for_url("**sort=-name*")
    expect(page.locator("th.k-h-name")).to_have_attribute("aria-sort", "descending")
    expect(page.locator("[data-row]").first).not_to_have_text(first)
    page.locator("a[rel=next]").click()
    expect(page.locator(".k-list-foot")).to_contain_text("51–100")
    page.locator("[data-row] [data-open]").first.click()
    expect(page.locator("[data-walk-at]")).to_have_text(re.compile("^51"))
    page.keyboard.press("j")
    expect(page.locator("[data-walk-at]")).to_have_text(re.compile("^52"))
    page.locator(".k-crumbs a").first.click()
    expect(page.locator(".k-list-foot")).to_contain_text("51–100")
    expect(page.locator("[data-row] [data-open]").nth(1)).to_be_focused()  # whoever was walked to, not who was opened
    page.keyboard.press("j")
    expect(page.locator("[data-row] [data-open]").nth(2)).to_be_focused()


def test_a_cell_is_edited_in_the_list_and_taken_back(signed_in: OpenPage) -> None:
    page = signed_in(at="/companies?search=株式会社&columns=employees")
    cell = page.locator("[data-row]").nth(2).locator("td").last
    before = cell.inner_text()
    cell.dblclick()
    page.locator(".k-cell-edit [name=employees]").fill("4321")
    page.keyboard.press("Enter")
    expect(cell).to_contain_text("4,321")
    page.locator("#toasts [data-undo]").click()
    expect(cell).to_have_text(before)


# ── the keyboard alone ──


def test_rows_are_walked_selected_and_opened(signed_in: OpenPage) -> None:
    page = signed_in(at="/contacts")
    expect(page.locator("[data-row]").first).to_be_visible()
    for key in "jjjkx":
        page.keyboard.press(key)
    expect(page.locator("tr.k-at [data-check]")).to_be_checked()
    expect(page.locator("#selection")).to_contain_text("1 selected")
    opened = page.locator("tr.k-at [data-open]").get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{opened}")
    page.go_back()
    expect(page.locator("tr.k-at [data-open]")).to_be_focused()
    expect(page.locator("tr.k-at [data-open]")).to_have_attribute("href", opened)


def test_c_creates_e_edits_and_a_question_mark_shows_the_keys(signed_in: OpenPage) -> None:
    page = signed_in(at="/contacts")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("c")
    page.wait_for_url("**/contacts/new")
    page.goto("/contacts/2")
    page.keyboard.press("e")
    page.wait_for_url("**/contacts/2/edit")
