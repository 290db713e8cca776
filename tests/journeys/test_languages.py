"""What a list shows is not cut off in a language with longer words."""

from playwright.sync_api import expect

from tests.journeys.conftest import OpenPage

CUT = """() => [...document.querySelectorAll("th:is(.k-h-date, .k-h-moment, .k-h-number)")].flatMap((head) =>
  [...document.querySelectorAll(`td:nth-child(${head.cellIndex + 1})`)]
    .filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent))"""


def test_days_and_numbers_are_whole_in_japanese(signed_in: OpenPage) -> None:
    page = signed_in("yui.morita@hinata.example", at="/me")
    page.locator("select[name=language]").select_option("ja")
    page.locator("#main [data-default]").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page.locator("#toasts")).to_contain_text("保存しました")
    for path in ("/contacts", "/companies", "/relationships", "/tasks"):
        page.goto(path)
        page.locator("[data-row]").first.wait_for()
        assert page.evaluate(CUT) == []


def test_every_choice_can_be_read_while_it_is_edited_in_its_cell(signed_in: OpenPage) -> None:
    page = signed_in(at="/companies?columns=industry")
    page.locator("td.k-c-choice").first.dblclick()
    expect(page.locator(".k-cell-edit select")).to_be_visible()
    assert page.locator(".k-cell-edit select").evaluate("one => one.clientWidth") >= 160
