"""Internet domains: stored in ASCII (IDNA 2008), shown in letters. Shared by e-mail addresses and links."""

from __future__ import annotations

import re
import unicodedata

import idna
from django.utils.translation import gettext_lazy as _

from kizuna.base.types.errors import Malformed
from kizuna.base.types.text import script

_ASCII = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
_DOT = re.compile("[.。]")
MAX_LENGTH = 253


def to_ascii(domain: str) -> str:
    """Matching form of a domain: small letters, 日本語.jp as xn--wgv71a119e.jp. Raises Malformed, code "domain"."""
    lowered = domain.lower()
    if "xn--" not in lowered and len(lowered) <= MAX_LENGTH and _ASCII.fullmatch(lowered):
        return lowered
    if not _DOT.search(unicodedata.normalize("NFKC", domain)):  # such as the name of a company: encoding takes long
        raise _malformed(domain)
    try:
        encoded = idna.encode(domain, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise _malformed(domain) from error
    if not _ASCII.fullmatch(encoded) or len(encoded) > MAX_LENGTH:
        raise _malformed(domain)
    return encoded


def show(domain: str) -> str:
    """In letters, unless they are of a script (Cyrillic, Greek, …) that can imitate Latin ones."""
    if "xn--" not in domain:
        return domain
    return ".".join(map(_show_label, domain.split(".")))


def _show_label(label: str) -> str:
    try:
        letters = idna.decode(label)
    except (idna.IDNAError, UnicodeError):
        return label
    foreign = any(letter.isalpha() and script(letter) == "other" for letter in letters)
    return label if foreign else letters


def _malformed(domain: str) -> Malformed:
    if not _DOT.search(domain):
        return Malformed("domain", _("The name of the site needs a dot, as in example.com."))
    return Malformed("domain", _("This is not the name of a site, such as example.com."))
