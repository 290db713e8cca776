"""On a phone, in Japanese, in the dark."""

from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenPage

PHONE = {"width": 390, "height": 844}


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"])


def test_kenta_switches_to_japanese_and_dark_and_works_on_his_phone(signed_in: OpenPage) -> None:
    page = signed_in("kenta.ogawa@hinata.example", **PHONE)
    page.locator(".k-bottom [popovertarget=sidebar]").click()
    page.locator("#sidebar [popovertarget=me-menu]").click()
    page.locator("#me-menu [value=ja]").click()
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    page.locator(".k-bottom [popovertarget=sidebar]").click()
    page.locator("#sidebar [popovertarget=me-menu]").click()
    page.locator("#me-menu [value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.locator(".k-bottom a", has_text="連絡先").click()
    page.wait_for_url("**/contacts")
    assert fits(page)
    page.locator("[data-row] [data-open]").nth(1).click()
    page.wait_for_url("**/contacts/*")
    assert fits(page)
    expect(page.locator("#composer")).to_be_visible()
    page.locator("[role=tab], .k-record-tabs button", has_text="詳細").first.click()
    expect(page.locator("#field-family_name")).to_be_visible()
    expect(page.locator("#composer")).to_be_hidden()
    assert fits(page)


def test_the_past_of_a_record_begins_at_the_top(signed_in: OpenPage) -> None:
    page = signed_in(at="/contacts/7/history", **PHONE)
    expect(page.locator(".k-history-entry").first).to_be_visible()
    expect(page.locator(".k-page-head")).to_be_hidden()
    assert fits(page)


def test_the_create_button_of_the_bottom_bar_leads_to_a_form_that_fits(signed_in: OpenPage) -> None:
    page = signed_in(**PHONE)
    page.locator(".k-place-create").click()
    page.locator("#create-menu a[href='/contacts/new']").click()
    page.wait_for_url("**/contacts/new")
    expect(page.locator("#form")).to_be_visible()
    assert fits(page)


def test_no_page_is_wider_than_the_phone(signed_in: OpenPage) -> None:
    page = signed_in(**PHONE)
    wide = []
    for path in ("/", "/contacts", "/companies", "/tasks", "/contacts/1", "/companies/1", "/contacts/1/edit", "/me",
                 "/contacts/1/history", "/settings/people", "/settings/teams", "/settings/roles", "/settings/roles/1",
                 "/settings/work", "/help", "/contacts/import"):  # fmt: skip
        page.goto(path)
        if not fits(page):
            wide.append(path)
    assert not wide
