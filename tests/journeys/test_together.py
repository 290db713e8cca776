"""Two people: one mentions the other on a record, and the other is told."""

from playwright.sync_api import expect

from tests.journeys.axe import violations
from tests.journeys.conftest import OpenPage, Site

TOLD = "async () => (await (await fetch('/notifications')).text()).includes('Please look')"


def test_a_colleague_is_mentioned_and_finds_the_comment_behind_the_bell(site: Site, signed_in: OpenPage) -> None:
    one, other = list(site.people)[:2]
    his = signed_in(other)
    his_name = his.locator(".k-av-button").get_attribute("title") or ""

    hers = signed_in(one, at="/contacts/12")
    tab = hers.locator("#composer").get_by_role("button", name="Comment", exact=True)
    tab.click()
    expect(tab).to_have_attribute("aria-pressed", "true")
    text = hers.locator("#composer textarea")
    text.press_sequentially(f"Please look, @{his_name[:4]}")
    expect(hers.get_by_role("option", name=his_name)).to_be_visible()
    text.press("Enter")
    expect(text).to_have_value(f"Please look, @{his_name} ")
    text.press("Control+Enter")
    expect(hers.locator("#timeline .k-mention").first).to_have_text(f"@{his_name}")
    assert violations(hers) == []

    his.wait_for_function(TOLD, polling=500)  # the worker writes it after commit
    his.goto("/notifications")
    line = his.locator(".k-news-new", has_text="Please look")
    expect(his.locator("#bell-dot .k-dot")).to_have_count(1)
    assert violations(his) == []
    line.first.get_by_role("link").click()
    expect(his.locator("#timeline")).to_contain_text("Please look")
