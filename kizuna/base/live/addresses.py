"""Where a browser finds the stream: on a port of its own beside the pages, or where a proxy puts it."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.request import validate_host

PATH = "/live"


def stream_url(request: HttpRequest) -> str:
    """What the page of this request opens; "" when there is no stream."""
    if settings.LIVE_URL:
        return "" if settings.LIVE_URL == "off" else settings.LIVE_URL
    name = _name(request.get_host())
    if not settings.LIVE_PORT or name.startswith("["):  # a content security policy cannot name an IPv6 address
        return ""
    return f"http://{name}:{settings.LIVE_PORT}{PATH}"


def may_read(origin: str, host: str) -> bool:
    """Whether a page of `origin` may read a stream of `host`: one under the same name, or that of KIZUNA_URL.

    The port does not matter: cookies belong to a name, so whatever answers under it gets them in any case.
    """
    try:
        parts = urlsplit(origin)
        name = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme not in ("http", "https"):
        return False
    return origin in settings.CSRF_TRUSTED_ORIGINS or name == _name(host).strip("[]").lower()


def is_ours(host: str) -> bool:
    """Whether Kizuna answers under this name."""
    return validate_host(_name(host).lower(), settings.ALLOWED_HOSTS)


def _name(host: str) -> str:
    """A host without its port; an IPv6 address keeps its brackets."""
    name, _colon, port = host.rpartition(":")
    return name if name and port.isdigit() else host
