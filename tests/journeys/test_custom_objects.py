"""An administrator makes a kind of record with a stage and a relation; it is filled, found, moved, and taken away."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.axe import violations
from tests.journeys.conftest import OpenPage, without_chunk


def add_field(page: Page, kind: str, label: str) -> None:
    """The form of a field of this kind, with its label; the caller says the rest and saves."""
    page.goto("/settings/fields/x_warranty")
    page.get_by_role("link", name="Add field").click()
    page.get_by_role("link", name=kind, exact=True).click()
    page.get_by_label("Label", exact=True).fill(label)


def fill_ahead_of_scripts(page: Page) -> None:
    """The form of a warranty, filled faster than the script of its look-up comes: it finds all the same."""
    with without_chunk(page, "select"):
        page.goto("/x_warranties/new")
        page.get_by_label("Name").fill("Oak table, five years")
        page.get_by_label("Stage").select_option("Open")
        page.get_by_role("combobox", name="Holder").fill("Bauer")
    page.locator("#id-holder-options [role=option]").first.click()


def test_a_kind_of_record_is_made_filled_found_moved_and_taken_away(signed_in: OpenPage) -> None:
    page = signed_in(at="/settings/objects/new")
    page.get_by_label("One is called", exact=True).fill("Warranty")
    page.get_by_label("Several are called", exact=True).fill("Warranties")
    page.get_by_role("button", name="Make this kind of record").click()
    page.wait_for_url("**/settings/fields/x_warranty")
    add_field(page, "Choice", "Stage")
    page.get_by_label("Choices").fill("Open\nSettled")
    page.get_by_role("button", name="Add field").click()
    add_field(page, "Relation", "Holder")
    page.get_by_label("Leads to").select_option("Contact")
    page.get_by_role("button", name="Add field").click()
    expect(page.get_by_role("row", name="Holder")).to_be_visible()

    fill_ahead_of_scripts(page)
    page.get_by_role("button", name="Save warranty").click()
    page.wait_for_url(re.compile(r"/x_warranties/\d+$"))
    expect(page.locator("#main")).to_contain_text("Bauer")
    assert violations(page) == []
    page.goto("/x_warranties")
    expect(page.locator("tbody tr").first).to_contain_text("Oak table, five years")
    page.keyboard.press("Control+k")
    page.keyboard.type("oak table")
    expect(page.locator('#palette [data-href^="/x_warranties/"]').first).to_be_visible()
    page.goto("/x_warranties?mode=board&by=stage")
    page.locator("[data-lane][data-label='Open'] [data-open]").focus()
    for key in ("Space", "ArrowRight", "Space"):
        page.keyboard.press(key)
    expect(page.locator("[data-lane][data-label='Settled'] [data-open]")).to_have_text("Oak table, five years")

    page.goto("/settings/objects")
    page.get_by_role("button", name="Remove Warranties").click()
    page.get_by_text("Delete for good…").click()
    page.get_by_label("Type x_warranty").fill("x_warranty")
    page.get_by_role("button", name="Delete for good").click()
    expect(page.locator("#main")).not_to_contain_text("Warranties")
