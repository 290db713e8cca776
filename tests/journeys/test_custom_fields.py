"""An administrator adds a field; it is filled in, shown as a column, sorted by, and taken away again."""

from playwright.sync_api import expect

from tests.journeys.axe import violations
from tests.journeys.conftest import OpenPage


def test_a_field_is_added_in_the_settings_and_works_at_once(signed_in: OpenPage) -> None:
    page = signed_in(at="/settings/fields/company")
    home = page.url.partition("/settings")[0]
    assert violations(page) == []
    page.get_by_role("link", name="Add field").click()
    page.get_by_role("link", name="Choice", exact=True).click()
    page.get_by_label("Label", exact=True).fill("Parking")
    page.get_by_label("Section").fill("Arrival")
    page.get_by_label("Choices").fill("Underground\nIn the street")
    assert violations(page) == []
    page.get_by_role("button", name="Add field").click()
    expect(page.get_by_role("row", name="Parking")).to_be_visible()
    page.goto(f"{home}/companies/1/edit")
    page.get_by_label("Parking").select_option("In the street")
    page.get_by_role("button", name="Save company").click()
    page.wait_for_url(f"{home}/companies/1")
    expect(page.locator("#main")).to_contain_text("In the street")
    page.goto(f"{home}/companies?columns=parking&sort=parking")
    expect(page.locator("tbody tr").first).to_contain_text("In the street")
    page.goto(f"{home}/settings/fields/company")
    page.get_by_role("button", name="Remove Parking").click()
    expect(page.get_by_role("heading", name="Removed fields")).to_be_visible()
    assert violations(page) == []
