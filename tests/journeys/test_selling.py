"""From an enquiry to a signed quote and an order, as a salesperson and her customer live it."""

from playwright.sync_api import Page, expect

from tests.journeys.conftest import ALIVE, OpenPage

ALICE = "alice.penrose@hinata.example"


def press(page: Page, words: str) -> None:
    page.locator("#record-header").get_by_text(words, exact=True).click()


def answer(page: Page, words: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=words).click()


def write_down_the_enquiry(page: Page) -> None:
    page.locator("[name=given_name]").fill("Imogen")
    page.locator("[name=family_name]").fill("Thackeray")
    page.locator("[name='emails.0.value']").fill("imogen@harbourinn.example")
    page.locator("[name=company_name]").fill("Harbour Inn Whitby")
    page.locator("[name=message]").fill("We refit 24 rooms in March.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#record-header")).to_contain_text("Imogen Thackeray")


def convert_it(page: Page) -> None:
    page.get_by_role("link", name="Convert").click()
    expect(page.get_by_text("New: Opportunity")).to_be_visible()
    page.get_by_role("button", name="Convert", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("Converted.")
    expect(page.locator("#toasts [data-undo]")).to_be_visible()


def add_a_rug(page: Page) -> None:
    page.wait_for_function(ALIVE)
    product = page.locator("#lines").get_by_placeholder("Product")
    product.press_sequentially("rug")
    expect(page.get_by_role("option").first).to_be_visible()
    product.press("ArrowDown")
    product.press("Enter")
    page.get_by_role("button", name="Add opportunity line").click()
    expect(page.locator("#lines")).to_contain_text("NAMI wool rug")
    expect(page.locator("#record-facts")).to_contain_text("€")


def make_and_send_a_quote(page: Page) -> str:
    """The address that the customer is given."""
    press(page, "Make a quote")
    expect(page.locator("#toasts")).to_contain_text("Quote made.")
    page.wait_for_function(ALIVE)
    press(page, "Send")
    page.get_by_label("No e-mail: I hand over the link myself").check()
    answer(page, "Send")
    expect(page.locator("#record-facts")).to_contain_text("Sent")
    return page.locator("[data-copy]").get_attribute("data-copy") or ""


def test_an_enquiry_becomes_a_signed_quote_and_an_order(signed_in: OpenPage, open_page: OpenPage) -> None:
    page = signed_in(ALICE, at="/leads/new")
    write_down_the_enquiry(page)
    convert_it(page)
    add_a_rug(page)
    address = make_and_send_a_quote(page)

    customer = open_page(width=390)
    customer.goto(address)
    customer.locator("[name=name]").fill("Imogen Thackeray")
    customer.get_by_role("button", name="Accept the quotation").click()
    expect(customer.get_by_role("button", name="Accept the quotation")).to_have_count(0)

    expect(page.locator("#record-facts")).to_contain_text("Accepted")
    page.reload()
    page.wait_for_function(ALIVE)
    press(page, "Make an order")
    answer(page, "Make an order")
    expect(page.locator("#toasts")).to_contain_text("Order made.")
    expect(page.locator("#record-header")).to_contain_text("Harbour Inn Whitby")
    assert "/orders/" in page.url
