"""Boards and calendars in a browser: a card dragged by mouse, moved by keys, put back; phones; nobody shut out."""

import json
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

from tests.journeys.axe import violations
from tests.journeys.conftest import ALIVE, OpenPage

BOARD = "/contacts?mode=board&by=stage"
OPEN = quote(json.dumps({"field": "done_at", "op": "is_empty"}))


def lane(page: Page, label: str) -> Locator:
    return page.locator(f"[data-lane][data-label='{label}']")


def drag(page: Page, card: Locator, target: Locator) -> None:
    start, end = card.bounding_box(), target.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + start["width"] - 20, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"], start["y"] + 40, steps=3)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 120, steps=5)
    page.mouse.up()


def test_a_card_is_dragged_to_another_lane_and_taken_back(signed_in: OpenPage) -> None:
    page = signed_in(at=BOARD)
    expect(lane(page, "Lead").locator(".k-lane-facts")).not_to_be_empty()
    card = lane(page, "Lead").locator("[data-card]").nth(1)
    name = card.locator("[data-open]").inner_text()
    drag(page, card, lane(page, "Customer"))
    expect(lane(page, "Customer").locator("[data-open]").first).to_have_text(name)
    expect(page.locator("#toasts")).to_contain_text("Contact moved.")
    page.locator("#toasts [data-undo]").click()
    expect(lane(page, "Lead").locator("[data-open]").first).to_have_text(name)


def test_a_card_is_moved_by_keys_and_told_to_those_who_listen(signed_in: OpenPage) -> None:
    page = signed_in(at=BOARD)
    link = lane(page, "Prospect").locator("[data-open]").first
    name = link.inner_text()
    says = page.locator("[data-says]")
    link.focus()
    page.keyboard.press("Space")
    expect(says).to_have_text(f"{name} lifted. It is in Prospect.")
    expect(page.locator("[data-hints]")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(says).to_have_text("Over Customer.")
    page.keyboard.press("Escape")
    expect(says).to_have_text(f"{name} put back in Prospect.")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    moved = lane(page, "Lead").locator("[data-open]").first
    expect(moved).to_have_text(name)
    expect(page.locator("#toasts")).to_contain_text("Contact moved.")
    expect(moved).to_be_focused()


def test_who_is_too_late_sees_the_card_where_it_is(signed_in: OpenPage) -> None:
    page = signed_in(at=BOARD)
    card = lane(page, "Subscriber").locator("[data-card]").first
    name = card.locator("[data-open]").inner_text()
    number = card.get_attribute("data-card")
    card.evaluate(
        """card => {  // what they see is not what is any more
            card.dataset.version = String(Number(card.dataset.version) + 7);
            document.querySelector("[data-lane][data-label='Prospect'] [data-cards]").prepend(card);
        }"""
    )
    drag(page, page.locator(f"#card-{number}"), lane(page, "Lead"))
    expect(page.locator("#toasts")).to_contain_text("Stage is now: Subscriber.")
    expect(lane(page, "Subscriber").locator(f"#card-{number} [data-open]")).to_have_text(name)
    expect(lane(page, "Lead").locator(f"#card-{number}")).to_have_count(0)


def test_a_task_is_moved_to_another_day(signed_in: OpenPage) -> None:
    page = signed_in(at=f"/tasks?mode=calendar&at=2031-05-14&filter={OPEN}")
    page.locator("[data-lane='2031-05-14'] .k-day-add").click()
    expect(page.locator("[name=due_on]")).to_have_value("2031-05-14")
    page.wait_for_function(ALIVE)
    page.locator("[name=title]").fill("Look at the roof")
    page.locator("[name=title]").press("Control+Enter")
    expect(page.locator("#record-header")).to_contain_text("Look at the roof")
    page.goto(f"/tasks?mode=calendar&at=2031-05-14&filter={OPEN}")
    page.locator("[data-lane='2031-05-14'] [data-open]").focus()
    for key in ("Space", "ArrowDown", "ArrowRight", "Space"):
        page.keyboard.press(key)
    expect(page.locator("[data-lane='2031-05-22'] [data-open]")).to_have_text("Look at the roof")
    page.locator("#toasts [data-undo]").click()
    expect(page.locator("[data-lane='2031-05-14'] [data-open]")).to_have_text("Look at the roof")


def test_nobody_is_shut_out_of_boards_and_calendars(signed_in: OpenPage) -> None:
    page = signed_in()
    for width, dark in ((1440, False), (1440, True), (390, True)):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
        for path in (f"{BOARD}&collapsed=former&search=yamada", f"/tasks?mode=calendar&filter={OPEN}"):
            page.goto(path)
            expect(page.locator("kizuna-board")).to_be_visible()
            expect(page.locator("[data-lane] [data-open]")).not_to_have_count(0)
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
