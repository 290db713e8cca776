"""The parts of the screens, on the sample pages of `tests/samples`: keyboard, islands, failures, accessibility."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys.axe import violations
from tests.journeys.conftest import ALIVE, PATIENCE, ROOT, Profiles, wait_until_it_answers
from tests.postgres import free_port

Show = Callable[..., Page]


@pytest.fixture(scope="module")
def sink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a development server: only there the sample pages exist. They read no database."""
    folder: Path = tmp_path_factory.mktemp("sink")
    url = f"http://127.0.0.1:{free_port()}"
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("KIZUNA_", "DATABASE_URL"))}
    settings = {
        "DJANGO_SETTINGS_MODULE": "tests.samples.settings",
        "KIZUNA_DEBUG": "true",
        "KIZUNA_DATA_DIR": str(folder),
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "kizuna", "runserver", "--noreload", "--skip-checks", url.removeprefix("http://")],
        env=kept | settings, cwd=ROOT,
        stdin=subprocess.DEVNULL, stdout=(folder / "log").open("w"), stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        wait_until_it_answers(server, f"{url}/samples", folder / "log")
        yield url
    finally:
        server.terminate()
        server.wait(timeout=60)


@pytest.fixture(scope="module")
def windows(sink: str, running_browser: Browser) -> Profiles:
    return Profiles(running_browser, sink)


@pytest.fixture
def show(windows: Profiles) -> Iterator[Show]:
    """`show("list", width=390, theme="dark")`: a sample page. A script error or a breach of the CSP fails the test."""
    faults: list[str] = []

    def show(name: str, *, width: int = 1440, theme: str = "light") -> Page:
        page = windows.open([], viewport={"width": width, "height": 900}, reduced_motion="reduce")
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
        page.goto(f"/samples?page={name}&theme={theme}")
        page.wait_for_function(ALIVE)
        return page

    yield show
    windows.close_all()
    assert not faults, "\n".join(faults)


def ask(page: Page, part: str) -> None:
    """Put an answer of the sample view into the dialog, as a link with hx-target="#dialog" does."""
    page.evaluate("url => htmx.ajax('GET', url, {target: '#dialog', source: document.body})", f"/samples/{part}")
    expect(page.locator("#dialog")).to_be_visible()


@pytest.mark.parametrize(("width", "theme"), [(1000, "dark"), (320, "light")])  # the others: test_accessibility
@pytest.mark.parametrize("name", ["list", "empty", "record", "form", "home", "plain", "parts"])
def test_a_page_is_accessible_and_never_wider_than_the_window(show: Show, name: str, width: int, theme: str) -> None:
    page = show(name, width=width, theme=theme)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("part", ["filter", "dialog", "conflict"])
def test_a_dialog_is_accessible(show: Show, part: str, theme: str) -> None:
    page = show("list", theme=theme)
    ask(page, part)
    if part == "filter":
        expect(page.locator("[data-row-of-filter]").first).to_be_visible()
    assert violations(page) == []


def test_the_palette_is_ruled_by_the_keyboard_alone(show: Show) -> None:
    page = show("list")
    page.keyboard.press("Control+k")
    with page.expect_response(lambda answer: "q=yama" in answer.url):
        page.keyboard.type("yama")
    query, options = page.locator("#palette input"), page.locator("#palette [role=option]")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(query).to_have_attribute("aria-activedescendant", options.nth(1).get_attribute("id") or "")
    page.keyboard.press("Enter")
    page.wait_for_url("**page=record")


def test_enter_that_ends_a_composition_chooses_nothing(show: Show) -> None:
    page = show("list")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette [role=option]").first).to_be_visible()
    page.locator("#palette input").dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    expect(page.locator("#palette")).to_be_visible()
    assert "page=list" in page.url


def test_letters_are_letters_while_typing(show: Show) -> None:
    page = show("list")
    page.keyboard.press("/")
    page.keyboard.type("c?xj")
    expect(page.locator("#list-search")).to_have_value("c?xj")
    expect(page.locator("#keys")).to_be_hidden()
    assert "page=list" in page.url or "search=" in page.url


def test_rows_are_walked_selected_and_opened_by_keys(show: Show) -> None:
    page = show("list")
    expect(page.locator("#selection")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#selection")).to_be_hidden()
    for key in "jjjkx":
        page.keyboard.press(key)
    expect(page.locator("tr.k-at")).to_have_attribute("data-row", "1")
    expect(page.locator("#selection")).to_contain_text("1 selected")
    page.keyboard.press("Enter")
    page.wait_for_url("**page=record")


def test_shift_click_selects_a_range_and_all_that_match_are_one_click_away(show: Show) -> None:
    page = show("list")
    expect(page.locator("#selection")).to_be_visible()
    page.keyboard.press("Escape")
    boxes = page.locator("[data-check]")
    boxes.nth(2).click()
    boxes.nth(7).click(modifiers=["Shift"])
    expect(page.locator("[data-selected]")).to_have_text("6")
    page.locator("[data-select-all]").click()
    with page.expect_request("**/dialog?*") as asked:
        page.locator(".k-selection-verb").first.click()
    assert "all=1" in asked.value.url
    expect(page.locator("#dialog")).to_be_visible()


def test_the_filter_builder_gives_back_the_condition_it_was_given(show: Show) -> None:
    page = show("list")
    ask(page, "filter")
    expect(page.locator("[data-row-of-filter]").first).to_be_visible()
    given = json.loads(page.locator("#filter-schema").text_content() or "")["tree"]
    with page.expect_request("**filter=*") as asked:
        page.locator("#dialog [data-default]").click()
    sent = page.evaluate("url => new URL(url).searchParams.get('filter')", asked.value.url)
    words = json.dumps(json.loads(sent), sort_keys=True).replace('"3"', "3")
    assert words == json.dumps(given, sort_keys=True)


def test_a_condition_without_its_value_is_not_sent(show: Show) -> None:
    page = show("list")
    ask(page, "filter")
    page.locator("[data-root] > fieldset > .k-buttons > [data-add=row]").click()
    page.locator("#dialog [data-default]").click()
    expect(page.locator("[data-missing]:visible")).to_contain_text("Fill this in")


def test_a_relation_is_picked_by_typing(show: Show) -> None:
    page = show("form")
    page.locator("#id_company").press_sequentially("aoba")
    expect(page.locator("#id_company-options [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#id_company")).to_have_value("Aoba Dental Clinic")
    expect(page.locator("input[name=company]")).to_have_value("2")


def test_words_become_tags_and_the_first_point_is_chosen(show: Show) -> None:
    page = show("form")
    page.locator("#id_tags").press_sequentially("Hotel,Sapporo")
    page.keyboard.press("Enter")
    values = page.locator("input[name=tags]").evaluate_all("inputs => inputs.map(input => input.value)")
    assert values == ["Key account", "Solar", "Hotel", "Sapporo"]
    page.get_by_text("Add a mail address").click()
    page.keyboard.type("new@aoba.example")
    expect(page.locator("[name='emails.2.value']")).to_have_value("new@aoba.example")
    page.locator("[data-point='0'] [data-remove]").click()
    expect(page.locator("[data-point='1'] [data-primary]")).to_be_checked()


def test_what_was_typed_survives_a_reload(show: Show) -> None:
    page = show("form")
    page.on("dialog", lambda asked: asked.accept())
    page.locator("#id_job").fill("Head of everything")
    page.get_by_text("Add a mail address").click()
    page.keyboard.type("new@aoba.example")
    expect(page.get_by_text("Not saved yet; kept in this browser")).to_be_visible()
    page.reload()
    expect(page.locator("#id_job")).to_have_value("Head of everything")
    expect(page.locator("[name='emails.2.value']")).to_have_value("new@aoba.example")


def test_a_refused_form_keeps_every_character(show: Show) -> None:
    page = show("form")
    page.locator("#id_job").fill("Kept")
    with page.expect_response("**/refused") as answered:
        page.keyboard.press("Control+Enter")
    assert answered.value.status == 422
    expect(page.locator("#id_job")).to_have_value("Kept")
    expect(page.locator("[aria-invalid=true]")).to_be_visible()


def test_a_second_press_while_the_first_is_on_its_way_sends_nothing(show: Show) -> None:
    page, sent = show("form"), list[Route]()
    page.route("**/refused", lambda route: sent.append(route))
    page.locator("#id_job").fill("Once")
    for _press in range(2):
        page.keyboard.press("Control+Enter")
        expect(page.locator("form.htmx-request")).to_have_count(1)
    sent[0].continue_()
    expect(page.locator("[aria-invalid=true]")).to_be_visible()
    expect(page.locator("form.htmx-request")).to_have_count(0)
    assert len(sent) == 1


@pytest.mark.parametrize(("part", "words"), [("broken", "Something went wrong"), ("denied", "You may not do this")])
def test_a_failed_request_says_so_and_stays_until_closed(show: Show, part: str, words: str) -> None:
    page = show("record")
    before = page.locator("#main").inner_html()
    page.evaluate("url => htmx.ajax('POST', url, {target: '#main', source: document.body})", f"/samples/{part}")
    expect(page.get_by_role("alert")).to_contain_text(words)
    assert page.locator("#main").inner_html() == before
    page.get_by_role("alert").get_by_label("Close this message").click()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_lost_line_says_so(show: Show) -> None:
    page = show("record")
    page.context.set_offline(True)
    page.get_by_label("Edit: Job title").click()
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    expect(page.locator("#field-job")).to_contain_text("Head of facilities")


def test_a_verb_that_cannot_be_taken_back_asks_and_one_that_can_offers_undo(show: Show) -> None:
    page = show("record")
    page.get_by_role("button", name="More").click()
    page.get_by_text("Move to the trash").click()
    page.locator("[data-yes]").click()
    expect(page.locator("#toasts")).to_contain_text("Moved to the trash.")
    with page.expect_response("**/done"):
        page.locator("#toasts").get_by_text("Undo").click()


def test_the_sidebar_stays_as_it_was_left(show: Show) -> None:
    page = show("list")
    page.get_by_role("button", name="Collapse").click()
    page.reload()
    expect(page.locator("html")).to_have_class("k-root k-closed")
