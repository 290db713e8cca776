"""Addresses of web pages."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_to_bytes, urlsplit, urlunsplit

from django.utils.translation import gettext_lazy as _

from kizuna.base.types import domains
from kizuna.base.types.errors import Malformed
from kizuna.base.types.text import clean

MAX_LENGTH = 2000
_PLAIN = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}(?:/[A-Za-z0-9._~/-]*)?")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d+(?:/|$))")  # "example.com:8080" has a port, not a scheme
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LETTERS_IN_HEX = re.compile("(?:%[89A-Fa-f][0-9A-Fa-f])+")
_SAFE = "%/:?#[]@!$&'()*+,;=-._~|"


def normalise(text: str) -> str:
    """An http or https address in one spelling: https unless given, host in small ASCII letters, no empty path.

    日本語.jp/会社 becomes https://xn--wgv71a119e.jp/%E4%BC%9A%E7%A4%BE. Path and query keep their case. Idempotent.
    Raises Malformed (a ValueError) with a code: empty, scheme, credentials, domain, too_long.
    """
    url = text.strip()
    if _PLAIN.fullmatch(url) and len(url) <= MAX_LENGTH and "xn--" not in url:
        return url.removesuffix("/") if url.count("/") == 3 else url
    url = clean(text).replace(" ", "%20")
    if not url:
        raise Malformed("empty", _("Enter the address of a page, such as https://example.com."))
    if url.startswith("//"):
        url = f"https:{url}"
    elif not _SCHEME.match(url):
        url = f"https://{url}"
    return _rebuilt(url)


def _rebuilt(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Malformed("domain", _("This is not the address of a page.")) from error
    if parts.scheme not in _DEFAULT_PORTS:
        raise Malformed("scheme", _("Only addresses that begin with http:// or https:// can be kept here."))
    if "@" in parts.netloc:
        raise Malformed("credentials", _("Leave out the name and password before the @."))
    netloc = domains.to_ascii(host.removesuffix("."))
    if port and port != _DEFAULT_PORTS[parts.scheme]:
        netloc = f"{netloc}:{port}"
    path = "" if parts.path == "/" else quote(parts.path, safe=_SAFE)
    found = urlunsplit((parts.scheme, netloc, path, quote(parts.query, safe=_SAFE), quote(parts.fragment, safe=_SAFE)))
    if len(found) > MAX_LENGTH:
        raise Malformed("too_long", _("This address is too long."))
    return found


def domain_of(text: str) -> str:
    """The domain of a page, or a bare domain, in ASCII and without www: "example.co.jp". Raises Malformed."""
    host = urlsplit(normalise(text)).hostname or ""
    return host.removeprefix("www.") if host.count(".") > 1 else host


def show(url: str) -> str:
    """A normalised address for people: no scheme, domain and path in letters where they are some."""
    scheme, separator, rest = url.partition("://")
    host, slash, path = (rest if separator else scheme).partition("/")
    return f"{domains.show(host)}{slash}{_LETTERS_IN_HEX.sub(_letters, path)}"


def _letters(run: re.Match[str]) -> str:
    """%E4%BC%9A as 会; the hex stays if it is no text or nothing one can see."""
    try:
        letters = unquote_to_bytes(run[0]).decode()
    except UnicodeDecodeError:
        return run[0]
    return letters if letters == clean(letters) else run[0]
