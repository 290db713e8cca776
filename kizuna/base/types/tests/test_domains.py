"""Domains are kept in ASCII and shown in letters that cannot deceive."""

import pytest

from kizuna.base.types import domains
from kizuna.base.types.errors import Malformed


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Example.COM", "example.com"),
        ("日本語.jp", "xn--wgv71a119e.jp"),
        ("한국.kr", "xn--3e0b707e.kr"),
        ("faß.de", "xn--fa-hia.de"),
    ],
)
def test_a_domain_is_kept_in_ascii(typed: str, stored: str) -> None:
    assert domains.to_ascii(typed) == stored
    assert domains.to_ascii(stored) == stored


@pytest.mark.parametrize(
    "typed", ["", "localhost", "a..b", "-a.com", "a b.com", "a_b.com", "1.2.3.4", "x" * 64 + ".com", "☃.com"]
)
def test_what_is_no_domain_is_refused(typed: str) -> None:
    with pytest.raises(Malformed):
        domains.to_ascii(typed)


def test_a_domain_is_shown_in_letters() -> None:
    assert domains.show("xn--wgv71a119e.jp") == "日本語.jp"
    assert domains.show("example.com") == "example.com"
    assert domains.show("xn--a.jp") == "xn--a.jp"


def test_letters_that_imitate_latin_ones_are_not_shown() -> None:
    imitation = domains.to_ascii("аррӏе.com")  # all Cyrillic
    assert domains.show(imitation) == imitation
