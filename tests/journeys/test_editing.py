"""Changing things: in place, in the form, from the composer, and two people at once. Nothing typed is lost."""

import re
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenPage, without_chunk

TOAST = "#toasts"


def fill(page: Page, name: str, value: str) -> None:
    page.locator(f"#form [name='{name}']").fill(value)


def make_contact(page: Page, family: str) -> str:
    """Create a contact through the form, by Enter in a field; its path."""
    page.goto("/contacts/new")
    fill(page, "family_name", family)
    fill(page, "given_name", "Test")
    page.locator("#form [name='given_name']").press("Enter")
    page.wait_for_url(lambda url: "/contacts/" in url and not url.endswith("/new"))
    return "/" + page.url.split("/", 3)[3]


def save_in_place(page: Page, name: str, value: str) -> None:
    page.locator(f"#field-{name} [hx-get$='edit']").first.click()
    page.locator(f"#field-{name} input[name={name}]").fill(value)
    page.keyboard.press("Enter")


def test_a_field_is_edited_in_place_and_taken_back_from_the_toast(signed_in: OpenPage) -> None:
    page = signed_in(at="/contacts/3")
    field = page.locator("#field-family_name")
    before = field.inner_text()
    save_in_place(page, "family_name", "Montgomery-Featherstonehaugh")
    expect(field).to_contain_text("Montgomery-Featherstonehaugh")
    expect(page.locator("#record-header")).to_contain_text("Montgomery-Featherstonehaugh")
    page.locator(f"{TOAST} [data-undo]").click()
    expect(field).to_have_text(before, use_inner_text=True)
    expect(page.locator("#record-header")).not_to_contain_text("Featherstonehaugh")


def test_escape_puts_a_field_back(signed_in: OpenPage) -> None:
    page = signed_in(at="/contacts/3")
    field = page.locator("#field-family_name")
    before = field.inner_text()
    field.locator("[hx-get$='edit']").first.click()
    field.locator("input[name=family_name]").fill("Somebody else")
    page.keyboard.press("Escape")
    expect(field).to_have_text(before, use_inner_text=True)


def test_a_contact_with_two_addresses_is_created_with_the_keyboard(signed_in: OpenPage) -> None:
    page = signed_in(at="/contacts/new")
    fill(page, "family_name", "Brandt")
    fill(page, "given_name", "Ida")
    name = f"ida.{uuid4().hex[:8]}@brandt.example"
    fill(page, "emails.0.value", "not an address")
    page.get_by_text("Add an address").first.click()
    fill(page, "emails.1.value", name)
    page.keyboard.press("Control+Enter")
    error = page.locator("#form .k-error:visible")
    expect(error.first).to_be_visible()
    expect(page.locator("[name='emails.0.value']")).to_have_value("not an address")
    expect(page.locator("[name='emails.1.value']")).to_have_value(name)
    expect(page.locator("[name='family_name']")).to_have_value("Brandt")
    fill(page, "emails.0.value", f"work.{name}")
    page.locator("[name='emails.0.value']").press("Control+Enter")
    page.wait_for_url(lambda url: "/contacts/" in url and not url.endswith("/new"))
    expect(page.locator("#field-emails")).to_contain_text(f"work.{name}")
    expect(page.locator("#field-emails li")).to_have_count(2)


def test_submitted_twice_one_contact_is_made(signed_in: OpenPage) -> None:
    page = signed_in(at="/contacts/new")
    family = f"Twice-{uuid4().hex[:8]}"
    fill(page, "family_name", family)
    page.evaluate("() => { const form = document.querySelector('#form'); form.requestSubmit(); form.requestSubmit(); }")
    expect(page).to_have_url(re.compile(r"/contacts/\d+$"))
    page.goto(f"/contacts?search={family}")
    expect(page.locator("[data-row]")).to_have_count(1)


TYPE_IN_TWO_FORMS = """words => {
  const form = document.querySelector("#form");
  const other = form.cloneNode(true);
  Object.assign(other, { id: "other" }).dataset.draft = "other";
  form.after(other);
  for (const { elements } of [form, other]) {
    elements.family_name.value = words;
    elements.family_name.dispatchEvent(new Event("input", { bubbles: true }));
  }
}"""


def test_what_was_typed_is_there_again_after_leaving(signed_in: OpenPage) -> None:
    page = signed_in(at="/contacts/new")
    page.on("dialog", lambda asked: asked.accept())
    page.evaluate(TYPE_IN_TWO_FORMS, "Half a name")
    expect(page.locator("#form [data-draft-note]")).to_be_visible()
    page.goto("/contacts")
    with without_chunk(page, "points"):  # what is typed and pressed before the scripts have come stays beside the draft
        page.goto("/contacts/new")
        fill(page, "given_name", "Typed ahead")
        page.locator("#form kizuna-points [data-add]").first.click()
    expect(page.locator("[name='family_name']")).to_have_value("Half a name")
    expect(page.locator("[name='given_name']")).to_have_value("Typed ahead")
    expect(page.locator("#form kizuna-points").first.locator("[data-point]")).to_have_count(2)
    page.locator("[data-draft-discard]").click()
    expect(page.locator("[name='family_name']")).to_have_value("")


def test_a_note_and_a_task_are_written_on_the_record_and_the_task_is_done_on_today(signed_in: OpenPage) -> None:
    page = signed_in(at="/contacts/4")
    words = f"Prefers oak, {uuid4().hex[:8]}"
    page.keyboard.press("n")
    page.keyboard.type(words)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".k-excerpt", has_text=words)).to_be_visible()
    expect(page.locator("#composer textarea")).to_have_value("")
    page.locator("#composer .k-tab", has_text="Task").click()
    expect(page.locator("#composer [name=due_on]")).to_be_attached()
    task = f"Send swatches, {uuid4().hex[:8]}"
    page.locator("#composer textarea").fill(task)
    page.locator("#composer [name=due_on]").fill("2020-01-02")
    page.locator("#composer [data-default]").click()
    expect(page.locator(".k-excerpt", has_text=task)).to_be_visible()
    page.goto("/")
    row = page.locator("#panel-tasks li", has_text=task)
    with page.expect_response("**/complete_task") as answered:
        row.locator("input[type=checkbox]").click()
    assert answered.value.ok
    page.goto("/")
    expect(page.locator("#panel-tasks")).to_be_visible()
    expect(row).to_have_count(0)


def test_two_people_edit_the_same_contact_and_both_edits_are_kept(signed_in: OpenPage) -> None:
    mine, theirs = signed_in(), signed_in("haruto.ishii@hinata.example")
    address = make_contact(theirs, f"Both-{uuid4().hex[:6]}")
    for page in (mine, theirs):
        page.goto(f"{address}/edit")
    theirs.locator("#form [name=job_title]").fill("Buyer")
    theirs.locator("#form [data-default]").click()
    theirs.wait_for_url(f"**{address}")
    mine.locator("#form [name=department]").fill("Interior")
    mine.locator("#form [name=job_title]").fill("Head buyer")
    mine.locator("#form [data-default]").click()
    dialog = mine.locator("#dialog")
    expect(dialog).to_contain_text("Someone else saved first")
    expect(dialog).to_contain_text("Haruto Ishii")
    dialog.locator("[name='keep.job_title'][value=theirs]").check()
    dialog.locator("[data-default]").click()
    mine.wait_for_url(f"**{address}")
    expect(mine.locator("#field-job_title")).to_contain_text("Buyer")
    expect(mine.locator("#field-job_title")).not_to_contain_text("Head")
    expect(mine.locator("#field-department")).to_contain_text("Interior")
    mine.goto(f"{address}/edit")
    expect(mine.locator("#form [name=job_title]")).to_have_value("Buyer")
    expect(mine.locator("[data-draft-note]")).to_be_hidden()


def test_a_related_record_is_added_from_the_panel(signed_in: OpenPage) -> None:
    page = signed_in(at="/companies/2")
    page.locator(".k-panel [title='New contact']").first.click()
    page.wait_for_url("**/contacts/new?company=2")
    fill(page, "family_name", f"Panel-{uuid4().hex[:6]}")
    page.locator("#form [data-default]").click()
    page.wait_for_url(lambda url: "/contacts/" in url and "/new" not in url)
    expect(page.locator("#field-company a[href='/companies/2']")).to_be_visible()


def test_a_deleted_contact_comes_back_with_undo(signed_in: OpenPage) -> None:
    page = signed_in()
    address = make_contact(page, f"Gone-{uuid4().hex[:6]}")
    page.get_by_role("button", name="More").click()
    page.locator("#record-menu").get_by_text("Delete").click()
    if page.locator("[data-yes]").is_visible():
        page.locator("[data-yes]").click()
    page.wait_for_url("**/contacts")
    page.locator(f"{TOAST} [data-undo]").click()
    page.wait_for_url(f"**{address}")
    expect(page.locator(TOAST)).to_contain_text("Brought back")


def test_enter_that_ends_a_composition_does_not_submit(signed_in: OpenPage) -> None:
    page = signed_in(at="/contacts/3")
    field = page.locator("#field-family_name")
    field.locator("[hx-get$='edit']").first.click()
    box = field.locator("input[name=family_name]")
    box.fill("やまだ")
    box.dispatch_event("compositionstart")
    for extra in ({}, {"ctrlKey": True}):
        box.dispatch_event(
            "keydown", {"key": "Enter", "isComposing": True, "bubbles": True, "cancelable": True, **extra}
        )
    expect(box).to_have_value("やまだ")
    expect(page.locator(f"{TOAST} [role=status]")).to_have_count(0)
    page.keyboard.press("Escape")
