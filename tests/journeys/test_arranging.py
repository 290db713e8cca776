"""Putting things in order: the fields of a form by mouse and keyboard, and the panels of one's Home."""

from playwright.sync_api import Page, expect

from tests.journeys.axe import violations
from tests.journeys.conftest import ALIVE, OpenPage


def order(page: Page, kind: str, *, within: str = "") -> list[str]:
    items = page.locator(f"{within} [data-items={kind}]:not([data-off]) > [data-item={kind}]")
    return [str(one.get_attribute("data-label")) for one in items.all()]


def test_fields_are_moved_by_keyboard_and_mouse_previewed_and_left_as_they_were(signed_in: OpenPage) -> None:
    page = signed_in(at="/settings/layouts/company")
    before = order(page, "field")
    page.locator("[data-item=field] [data-grip]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator("[data-says]")).to_contain_text("place 2")
    assert order(page, "field")[:2] == [before[1], before[0]]
    page.keyboard.press("Space")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    assert order(page, "field")[:2] == [before[1], before[0]]

    grip, rest = page.locator("[data-item=field] [data-grip]").nth(2), page.locator("[data-off]")
    taken = str(grip.locator("xpath=ancestor::li[1]").get_attribute("data-label"))
    start, end = grip.bounding_box(), rest.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 40, end["y"] + 12, steps=4)
    page.mouse.up()
    expect(rest.locator(f"[data-label='{taken}']")).to_have_count(1)
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(page.locator("#preview")).to_contain_text(before[0])
    assert violations(page) == []


def test_home_is_arranged_from_the_keyboard_and_comes_back_with_one_press(signed_in: OpenPage) -> None:
    page = signed_in()
    page.get_by_label("Arrange Home").first.click()
    dialog = "#dialog"
    expect(page.locator(f"{dialog} [data-item=panel]").first).to_be_visible()
    before = order(page, "panel", within=dialog)
    page.locator(f"{dialog} [data-label='{before[1]}'] [data-send=off]").click()
    page.locator(f"{dialog} [data-off] [data-label=Favourites] [data-send=on]").click()
    expect(page.locator("[data-says]")).to_contain_text("Favourites")
    assert violations(page) == []
    page.keyboard.press("Control+Enter")
    expect(page.locator("#panel-favourites")).to_be_visible()
    expect(page.locator(".k-home > section")).to_have_count(len(before))
    page.wait_for_function(ALIVE)
    page.locator("#toasts [data-undo]").click()
    expect(page.locator("#panel-favourites")).to_have_count(0)
