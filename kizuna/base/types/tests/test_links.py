"""The address of a page has one spelling, and only pages have addresses here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna.base.types import links
from kizuna.base.types.errors import Malformed


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("example.com", "https://example.com"),
        ("https://example.com/", "https://example.com"),
        ("HTTP://Example.COM:80/About", "http://example.com/About"),
        ("example.com:8080/x", "https://example.com:8080/x"),
        ("//example.com/x", "https://example.com/x"),
        (" https://example.com/a?b=C d#e ", "https://example.com/a?b=C%20d#e"),
        ("https://example.com/a/", "https://example.com/a/"),
        ("日本語.jp/会社", "https://xn--wgv71a119e.jp/%E4%BC%9A%E7%A4%BE"),
        ("https://example.com/%E4%BC%9A", "https://example.com/%E4%BC%9A"),
        ("https://example.com?q=1", "https://example.com?q=1"),
    ],
)
def test_a_page_has_one_address(typed: str, url: str) -> None:
    assert links.normalise(typed) == url


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("javascript:alert(1)", "scheme"),
        ("data:text/plain,x", "scheme"),
        ("ftp://example.com", "scheme"),
        ("mailto:ada@example.com", "scheme"),
        ("https://ada:secret@example.com", "credentials"),
        ("localhost", "domain"),
        ("https://127.0.0.1/", "domain"),
        ("https://[::1]/", "domain"),
        ("https://example.com:99999/", "domain"),
        ("not a link", "domain"),
        ("https://example.com/" + "x" * 2000, "too_long"),
    ],
)
def test_what_is_no_page_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Malformed) as raised:
        links.normalise(typed)
    assert raised.value.code == code


@given(
    st.builds("{}{}".format, st.sampled_from(["https://example.com/", "日本語.jp/", "x.kr?", ""]), st.text(max_size=20))
)
def test_normalising_twice_is_normalising_once(typed: str) -> None:
    try:
        url = links.normalise(typed)
    except Malformed:
        return
    assert links.normalise(url) == url
    assert url.startswith(("http://", "https://"))
    assert url.isascii()


def test_a_link_is_shown_in_letters_without_its_scheme() -> None:
    assert links.show("https://xn--wgv71a119e.jp/%E4%BC%9A%E7%A4%BE?a=%20b") == "日本語.jp/会社?a=%20b"
    assert links.show("https://example.com/%E3%80%80") == "example.com/%E3%80%80"
    assert links.show("https://example.com/%FF") == "example.com/%FF"


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("https://www.example.co.jp/about", "example.co.jp"),
        ("Example.com", "example.com"),
        ("www.com", "www.com"),
        ("http://日本語.jp", "xn--wgv71a119e.jp"),
    ],
)
def test_the_domain_of_a_page(typed: str, domain: str) -> None:
    assert links.domain_of(typed) == domain
