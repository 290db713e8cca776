"""Files on a record: chosen, dropped and pasted; looked at, renamed, deleted and brought back."""

import io

from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.axe import violations
from tests.journeys.conftest import OpenPage

DROP = """async ([name, size]) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(size).fill(65)], name));
    const target = document.getElementById("main");
    for (const type of ["dragenter", "dragover", "drop"]) {
        target.dispatchEvent(new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true}));
    }
}"""
PASTE = """() => {
    const data = new DataTransfer();
    data.items.add(new File(["pasted"], "clipboard.txt"));
    document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""

ASTRAY = """() => {
    const open = XMLHttpRequest.prototype.open;
    XMLHttpRequest.prototype.open = function (method) {
        XMLHttpRequest.prototype.open = open;
        open.call(this, method, "/contacts/987654321/files");
    };
}"""
"""Sends the next upload to a record that is not there."""


def photo() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(target, "PNG")
    return target.getvalue()


def row(page: Page, name: str):
    return page.locator("li.k-file", has_text=name)


def test_files_come_by_hand_by_drop_and_by_paste_and_can_be_looked_at(signed_in: OpenPage) -> None:
    page = signed_in(at="/contacts/12")
    expect(page.locator("#files-input")).to_be_hidden()
    page.wait_for_function("() => Boolean(customElements.get('kizuna-upload'))")
    page.locator("#files-input").set_input_files({"name": "roof.png", "mimeType": "text/plain", "buffer": photo()})
    expect(row(page, "roof.png")).to_be_visible()
    page.evaluate(DROP, ["dropped.txt", 2000])
    expect(row(page, "dropped.txt")).to_be_visible()
    page.evaluate(PASTE)
    expect(row(page, "clipboard.txt")).to_be_visible()
    expect(page.locator("#timeline")).to_contain_text("attached “clipboard.txt”")
    picture = row(page, "roof.png").locator("button.k-file-tile")
    expect(picture).to_be_visible(timeout=60_000)  # drawn by the worker, shown without another page
    picture.click()
    expect(page.locator("#dialog .k-preview img")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()


def test_a_file_is_renamed_deleted_and_brought_back(signed_in: OpenPage) -> None:
    page = signed_in(at="/contacts/13")
    page.wait_for_function("() => Boolean(customElements.get('kizuna-upload'))")
    page.locator("#files-input").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"hello"})
    row(page, "a.txt").get_by_role("button", name="More").click()
    page.get_by_role("link", name="Rename").click()
    page.locator("#dialog input[name=name]").fill("b.txt")
    page.keyboard.press("Enter")
    expect(row(page, "b.txt")).to_be_visible()
    row(page, "b.txt").get_by_role("button", name="More").click()
    row(page, "b.txt").get_by_role("button", name="Delete").click()
    expect(row(page, "b.txt")).to_have_count(0)
    page.locator("#toasts [data-undo]").click()
    expect(row(page, "b.txt")).to_be_visible()
    with page.expect_download() as download:
        row(page, "b.txt").locator("a.k-clip").click()
    assert download.value.path().read_bytes() == b"hello"


def test_an_upload_that_breaks_can_be_tried_again(signed_in: OpenPage) -> None:
    page = signed_in(at="/contacts/14", width=390)
    page.locator("[data-pane-tab=related]").click()
    page.wait_for_function("() => Boolean(customElements.get('kizuna-upload'))")
    page.evaluate(ASTRAY)
    page.locator("#files-input").set_input_files({"name": "c.txt", "mimeType": "text/plain", "buffer": b"hello"})
    expect(page.locator(".k-upload")).to_contain_text("Could not be attached")
    page.locator(".k-upload [data-retry]").click()
    expect(row(page, "c.txt")).to_be_visible()
    expect(page.locator(".k-upload")).to_have_count(0)
