"""Two records that are one: side by side, merged, and apart again."""

from uuid import uuid4

from playwright.sync_api import expect

from tests.journeys.conftest import ALIVE, OpenPage


def test_two_contacts_are_merged_and_taken_apart(signed_in: OpenPage) -> None:
    page = signed_in(at="/contacts?view=all")
    name = f"Zwilling{uuid4().hex[:6]}"
    for given in ("Eva", "Evi"):
        page.goto(f"/contacts/new?family_name={name}&given_name={given}")
        page.locator("#form [data-default]").click()
        expect(page.locator("h1").first).to_contain_text(given)
    page.goto(f"/contacts?view=all&search={name}")
    for place in (0, 1):
        page.locator("[data-check]").nth(place).click()
    page.locator(".k-selection-verb", has_text="Merge").click()
    page.wait_for_url("**/contacts/merge?*")
    page.locator("[name='choose.name']").first.check()
    expect(page.locator("#merge")).to_contain_text("You chose it")
    page.locator("#merge [data-default]").click()
    expect(page.locator("#toasts [data-undo]")).to_be_visible()
    page.locator("#toasts [data-undo]").click()
    expect(page.locator("#toasts")).to_contain_text("The merge is taken apart")
    page.goto(f"/contacts?view=all&search={name}")
    expect(page.locator("[data-row]")).to_have_count(2)
    page.locator("[data-check-page]").click()
    page.locator("[popovertarget='selection-more']").click()
    page.locator("#selection-more button", has_text="Delete").click()
    page.locator("#dialog [data-default]").click()
    expect(page.locator("[data-row]")).to_have_count(0)


def test_the_queue_of_pairs_is_worked_through_on_the_keyboard(signed_in: OpenPage) -> None:
    page = signed_in(at="/contacts/duplicates")
    page.get_by_role("button", name="Search now").click()
    first, second, third = (page.locator("article.k-pair").nth(place) for place in range(3))
    expect(page.locator("#search-progress")).to_contain_text("were looked through")
    expect(third).to_be_visible()
    page.wait_for_function(ALIVE)
    first_id, second_id, third_id = (pair.get_attribute("id") for pair in (first, second, third))
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(f"p#{first_id}")).to_contain_text("are not the same")
    expect(page.locator(".k-at")).to_have_id(str(second_id))
    page.keyboard.press("Enter")
    page.wait_for_url("**/contacts/merge?*")
    page.wait_for_function(ALIVE)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/contacts/duplicates")
    page.wait_for_function(ALIVE)
    page.keyboard.press("j")
    expect(page.locator(".k-at")).to_have_id(str(third_id))
    page.locator("#toasts [data-undo]").click()
    expect(page.locator("#toasts")).to_contain_text("The merge is taken apart")
