"""Two spellings of one mailbox are one address, and a slip is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna.base.types import emails
from kizuna.base.types.errors import Malformed


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Taro@Example.JP ", "taro@example.jp"),
        ("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", "taro@example.jp"),
        ("taro\u200b@example.jp", "taro@example.jp"),
        ("Taro Tanaka <Taro@example.jp>", "taro@example.jp"),
        ("mailto:taro@example.jp", "taro@example.jp"),
        ("MAILTO:taro@example.jp", "taro@example.jp"),
        ("taro.@docomo.ne.jp", "taro.@docomo.ne.jp"),
        ("ta..ro@ezweb.ne.jp", "ta..ro@ezweb.ne.jp"),
        ("ada+news@example.co.uk", "ada+news@example.co.uk"),
        ("o'brien@example.ie", "o'brien@example.ie"),
        ("山田@例え。テスト", "山田@xn--r8jz45g.xn--zckzah"),
        ("info@日本語.jp", "info@xn--wgv71a119e.jp"),
        ("info@XN--WGV71A119E.JP", "info@xn--wgv71a119e.jp"),
        ("straße@straße.de", "strasse@xn--strae-oqa.de"),
    ],
)
def test_one_mailbox_has_one_address(typed: str, address: str) -> None:
    assert emails.normalise(typed) == address


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("taro", "no_at"),
        ("@example.jp", "no_name"),
        ("taro@", "domain"),
        ("taro@localhost", "domain"),
        ("taro@example..jp", "domain"),
        ("taro@-example.jp", "domain"),
        ("taro@[127.0.0.1]", "domain"),
        ("taro@192.168.0.1", "domain"),
        ("taro@example,jp", "comma"),
        ("taro tanaka@example.jp", "space"),
        ("a@example.jp b@example.jp", "two_at"),
        (".taro@example.jp", "character"),
        ('"taro"@example.jp', "character"),
        ("x" * 65 + "@example.jp", "too_long"),
        ("x@" + "y" * 60 + ("." + "y" * 60) * 4 + ".jp", "domain"),
        ("taro@xn--a.jp", "domain"),
    ],
)
def test_a_slip_is_named(typed: str, code: str) -> None:
    with pytest.raises(Malformed) as raised:
        emails.normalise(typed)
    assert raised.value.code == code
    assert str(raised.value)


LOCAL = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
DOMAIN = st.sampled_from(
    ["Example.JP", "日本語.jp", "STRASSE.de", "straße.de", "ｅｘ．ｊｐ", "münchen.de", "xn--wgv71a119e.jp"]
)


@given(st.builds("{}@{}".format, LOCAL, DOMAIN) | st.text(max_size=20))
def test_normalising_twice_is_normalising_once(typed: str) -> None:
    try:
        address = emails.normalise(typed)
    except Malformed:
        return
    assert emails.normalise(address) == address
    assert emails.domain_of(address).isascii()


@given(LOCAL, DOMAIN)
def test_a_prefix_folds_like_the_address_it_begins(local: str, domain: str) -> None:
    try:
        address = emails.normalise(f"{local}@{domain}")
    except Malformed:
        return
    assert address.startswith(emails.fold(local))
    assert emails.fold(emails.fold(local)) == emails.fold(local)


def test_the_domain_of_an_address() -> None:
    assert emails.domain_of("taro@example.co.jp") == "example.co.jp"
