"""Bringing in an address book through the screens, twice."""

from playwright.sync_api import Page, expect

from tests.journeys.conftest import ROOT, OpenPage

SAMPLE = ROOT / "docs" / "samples" / "address-book.csv"


def bring_in(page: Page) -> None:
    page.goto("/contacts")
    page.get_by_role("link", name="Import").click()
    page.locator("input[type=file]").set_input_files(SAMPLE)
    page.locator("main form [type=submit]").first.click()
    page.wait_for_url("**/contacts/import/*")
    expect(page.locator("main")).to_contain_text("Phonetic Last Name")
    page.get_by_role("button", name="Start the import").click()
    expect(page.locator("#work")).to_contain_text("Done.")


def test_a_stranger_imports_an_address_book_and_the_same_file_again_changes_nothing(signed_in: OpenPage) -> None:
    page = signed_in()
    page.goto("/contacts/import")
    page.locator("input[type=file]").set_input_files({"name": "none.csv", "mimeType": "text/csv", "buffer": b""})
    expect(page.get_by_role("alert")).to_have_text("This file is empty.")
    page.get_by_role("button", name="Take it out").click()
    expect(page.locator("main form")).to_contain_text("or drop it here")
    expect(page.get_by_role("alert")).to_be_hidden()
    bring_in(page)
    with page.expect_download() as download:
        page.locator("a[href$='rejected.csv']").click()
    assert download.value.path().read_text("utf-8-sig").startswith("Row,Reason,First Name")
    page.goto("/contacts?search=大久保 詩織")
    expect(page.locator("[data-row]").first).to_contain_text("大久保")
    bring_in(page)
    counts = page.locator(".k-import-counts dd").all_inner_texts()
    assert counts[:2] == ["0", "0"]
