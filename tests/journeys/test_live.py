"""Two people at one record and one list: what the one does, the other sees, without touching anything."""

import re
from urllib.parse import quote

from playwright.sync_api import Page, expect

from tests.journeys.axe import violations
from tests.journeys.conftest import OpenPage, Site
from tests.journeys.test_accessibility import speak

EDITED = "Head of purchasing, west"


def listening(page: Page) -> Page:
    expect(page.locator("kizuna-live")).to_have_attribute("data-open", "")
    return page


def in_english(signed_in: OpenPage, who: str, at: str) -> Page:
    """The page of somebody whose own language may be another."""
    page = signed_in(who)
    speak(page, "en", "auto")
    page.goto(at)
    return page


def test_a_colleague_s_edit_appears_on_the_open_list_and_record(site: Site, signed_in: OpenPage) -> None:
    one, other = list(site.people)[:2]
    his_list = listening(in_english(signed_in, other, "/contacts?columns=job_title,owner&sort=created_at"))
    row = his_list.locator("[data-row]").first
    address = row.locator("a").first.get_attribute("href") or ""
    row.locator("[data-check]").check()
    his_page = listening(in_english(signed_in, other, address))
    hers = listening(signed_in(one, at=address))
    her_name = hers.locator(".k-av-button").get_attribute("title") or ""

    expect(his_page.locator("[data-people]")).to_have_text(f"{her_name} has this open")
    hers.locator("#field-job_title .k-prop-edit").click()
    expect(his_page.locator("[data-people]")).to_have_text(f"{her_name} is editing")
    assert violations(his_page) == []
    hers.locator("#id-job_title").fill(EDITED)
    hers.locator("#id-job_title").press("Enter")

    expect(his_page.locator(".k-toast-text")).to_have_text(f"{her_name} changed this record just now")
    expect(his_page.locator("#field-job_title")).to_contain_text(EDITED)
    expect(his_page.locator("#timeline")).to_contain_text("changed Job title")
    expect(row).to_contain_text(EDITED)
    expect(row.locator("[data-check]")).to_be_checked()

    hers.goto("/tasks")
    expect(his_page.locator("[data-people]")).to_be_hidden()


def test_what_somebody_is_typing_is_left_alone(site: Site, signed_in: OpenPage) -> None:
    one = next(iter(site.people))
    hers = signed_in(one, at="/contacts?sort=created_at")
    address = hers.locator("[data-row]").nth(3).locator("a").first.get_attribute("href") or ""
    hers.goto(address)
    his = listening(signed_in(one, at=address))
    his.locator("#field-family_name .k-prop-edit").click()
    his.locator("#id-family_name").fill("Half a wor")
    hers.locator("#field-given_name .k-prop-edit").click()
    hers.locator("#id-given_name").fill("Marigold")
    hers.locator("#id-given_name").press("Enter")
    expect(his.locator("#field-given_name")).to_contain_text("Marigold")
    expect(his.locator("#id-family_name")).to_have_value("Half a wor")
    expect(his.locator("#id-family_name")).to_be_focused()
    his.keyboard.press("Escape")


def test_new_records_are_counted_and_shown_when_asked_for(site: Site, signed_in: OpenPage) -> None:
    one, other = list(site.people)[:2]
    his = listening(in_english(signed_in, other, "/companies?sort=-name"))
    first = his.locator("[data-row]").first.inner_text()
    hers = signed_in(one, at="/companies/new")
    hers.locator("[name=name]").fill("Aardvark Gardens Ltd")
    hers.keyboard.press("Control+Enter")
    hers.wait_for_url(re.compile(r"/companies/\d+$"))
    news = his.locator(".k-arrivals-show")
    expect(news).to_have_text("1 new")
    assert his.locator("[data-row]").first.inner_text() == first, "nothing moves by itself"
    assert violations(his) == []
    news.click()
    expect(his.locator("[data-row]").first).to_contain_text("Aardvark Gardens")
    expect(news).to_have_count(0)


def test_what_is_given_to_somebody_is_new_on_the_list_of_what_is_theirs(site: Site, signed_in: OpenPage) -> None:
    one, other = list(site.people)[:2]
    his = listening(in_english(signed_in, other, "/contacts?view=mine&sort=created_at"))
    me = his.request.get("/api/v1/me").json()
    hers = signed_in(one, at="/contacts")
    theirs = hers.request.get("/api/v1/contacts?limit=200&fields=name,owner").json()["items"]
    given = next(contact for contact in theirs if contact["owner"] and contact["owner"]["id"] != me["id"])
    token = next(cookie["value"] for cookie in hers.context.cookies() if "csrf" in cookie["name"])
    headers = {"X-CSRFToken": token, "Referer": hers.url}
    answer = hers.request.patch(f"/api/v1/contacts/{given['id']}", data={"owner": me["id"]}, headers=headers)
    assert answer.ok, answer.text()
    his.locator(".k-arrivals-show").click()
    expect(his.locator(f"[data-row='{given['id']}']")).to_be_visible()


def test_cards_move_on_an_open_board_and_two_hands_at_one_card_lose_nothing(site: Site, signed_in: OpenPage) -> None:
    one, other = list(site.people)[:2]
    his = in_english(signed_in, other, "/contacts?mode=board&by=stage&view=mine")
    mine = his.locator("[data-lane='lead'] [data-card]").first
    number, name = mine.get_attribute("data-card"), mine.locator("[data-open]").inner_text()
    board = f"/contacts?mode=board&by=stage&search={quote(name)}"
    his.goto(board)
    hers = listening(in_english(signed_in, one, board))
    lead, prospect, customer = (
        listening(his).locator(f"[data-lane='{key}']") for key in ("lead", "prospect", "customer")
    )
    expect(lead.locator(f"[data-card='{number}']")).to_be_visible()

    move(hers, number, "ArrowRight")
    expect(prospect.locator(f"[data-card='{number}']")).to_be_visible()
    expect(prospect.locator(".k-lane-facts")).to_have_text(re.compile(r"^[1-9]"))

    link = his.locator(f"[data-card='{number}'] [data-open]")
    link.focus()
    his.keyboard.press("Space")
    move(hers, number, "ArrowRight")
    expect(hers.locator(f"[data-lane='customer'] [data-card='{number}']")).to_be_visible()
    his.keyboard.press("ArrowLeft")
    his.keyboard.press("Space")
    expect(his.locator("#toasts")).to_contain_text(
        "Somebody else changed this in the meantime. Stage is now: Customer."
    )
    expect(customer.locator(f"[data-card='{number}']")).to_be_visible()
    expect(his.locator(f"[data-card='{number}']")).to_have_count(1)
    for step in ("ArrowLeft", "ArrowLeft"):
        move(hers, number, step)
    expect(lead.locator(f"[data-card='{number}']")).to_be_visible()


def move(page: Page, number: str | None, step: str) -> None:
    """A card goes to the next lane, by keys."""
    with page.expect_response(lambda answer: answer.url.split("?")[0].endswith("/move")):
        page.locator(f"[data-card='{number}'] [data-open]").focus()
        for key in ("Space", step, "Space"):
            page.keyboard.press(key)
