"""Where pages find the stream, and which pages may read it."""

import pytest
from django.test import RequestFactory

from kizuna.base.live.addresses import is_ours, may_read, stream_url


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("127.0.0.1:8000", "http://127.0.0.1:8001/live"),
        ("localhost", "http://localhost:8001/live"),
        ("[::1]:8000", ""),
    ],
)
def test_on_one_machine_the_stream_has_a_port_of_its_own_under_the_same_name(settings, host: str, found: str) -> None:
    settings.LIVE_URL, settings.LIVE_PORT = "", 8001
    assert stream_url(RequestFactory(SERVER_NAME="x").get("/", HTTP_HOST=host)) == found


def test_a_proxy_puts_it_where_it_likes_and_it_can_be_turned_off(settings) -> None:
    request = RequestFactory().get("/")
    settings.LIVE_URL, settings.LIVE_PORT = "/live", 8001
    assert stream_url(request) == "/live"
    settings.LIVE_URL = "off"
    assert stream_url(request) == ""
    settings.LIVE_URL, settings.LIVE_PORT = "", 0
    assert stream_url(request) == ""


@pytest.mark.parametrize(
    ("origin", "may"),
    [
        ("http://127.0.0.1:8000", True),
        ("https://crm.hinata.example", True),
        ("http://127.0.0.2:8000", False),
        ("http://127.0.0.1.evil.example", False),
        ("http://evil.example/127.0.0.1", False),
        ("https://crm.hinata.example.evil.example", False),
        ("null", False),
        ("", False),
        ("http://[", False),
    ],
)
def test_only_pages_under_our_own_names_may_read_it(settings, origin: str, may: bool) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://crm.hinata.example"]
    assert may_read(origin, "127.0.0.1:8001") is may


def test_it_answers_under_our_own_names_only() -> None:
    assert is_ours("127.0.0.1:8001")
    assert is_ours("[::1]:8001")
    assert not is_ours("rebound.example")
    assert not is_ours("")
