"""A stranger's first minute: open, sign in, look around, in three languages and on a phone."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import OpenPage


@pytest.mark.parametrize(("language", "expected"), [("en-GB", "en"), ("ja-JP", "ja"), ("ko-KR", "ko")])
def test_a_visitor_is_asked_to_sign_in_in_the_language_of_the_browser(
    open_page: OpenPage, language: str, expected: str
) -> None:
    page = open_page(language=language)
    page.goto("/")
    expect(page.locator("input[name=password]")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", expected)


def test_somebody_of_the_sample_company_signs_in(signed_in: OpenPage) -> None:
    page = signed_in()
    expect(page.locator("main")).to_be_visible()


def test_the_wrong_password_says_so_and_keeps_the_address(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/")
    page.locator("input[name=login]").fill("nobody@hinata.example")
    page.locator("input[name=password]").fill("not the password")
    page.locator("input[name=password]").press("Enter")
    expect(page.locator("input[name=login]")).to_have_value("nobody@hinata.example")


def test_the_sign_in_page_fits_the_narrowest_phone(open_page: OpenPage) -> None:
    page = open_page(width=320, height=640)
    page.goto("/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
