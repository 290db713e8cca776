"""E-mail addresses: the form in which two spellings of one mailbox are equal."""

from __future__ import annotations

import re
from unicodedata import normalize

from django.utils.translation import gettext_lazy as _

from kizuna.base.types import domains
from kizuna.base.types.errors import Malformed
from kizuna.base.types.text import clean

MAX_LENGTH = 254
_MAX_LOCAL = 64
_LOCAL = r"[a-z0-9!#$%&'*+/=?^_`{|}~-][a-z0-9.!#$%&'*+/=?^_`{|}~-]{0,63}"
_PLAIN = re.compile(rf"{_LOCAL}@(?:[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?\.)+[a-z]{{2,63}}")
_NAMED = re.compile(r"[^<>]*<([^<>]*)>")  # Taro Yamada <taro@example.jp>
_MAILTO = re.compile("^mailto:", re.IGNORECASE)
_SPECIAL = re.compile(r'[\s"(),:;<>\[\]\\@]')


def normalise(text: str) -> str:
    """The matching form: no space around, small letters, usual width, the domain in ASCII. Idempotent.

    Takes "mailto:" links and "Name <address>". Dots at the end of the name or two in a row are allowed before the @:
    Japanese mobile carriers gave out such addresses. Raises Malformed (a ValueError) with a code: empty, no_at, two_at,
    no_name, space, comma, character, domain, too_long.
    """
    address = text.strip().lower()
    if len(address) <= MAX_LENGTH and _PLAIN.fullmatch(address) and "@xn--" not in address and ".xn--" not in address:
        return address
    return _thorough(text)


def fold(text: str) -> str:
    """The same form for a part of an address, without any check: for prefix search."""
    if text.isascii():
        return clean(text).lower()
    folded = normalize("NFKC", clean(text))
    while True:  # a few letters only settle at the second turn
        again = normalize("NFKC", folded.casefold())
        if again == folded:
            return clean(folded)
        folded = again


def domain_of(address: str) -> str:
    """The domain of a normalised address: "example.jp"."""
    return address.rpartition("@")[2]


def _thorough(text: str) -> str:
    typed = normalize("NFKC", clean(text))
    named = _NAMED.fullmatch(typed)
    typed = _MAILTO.sub("", (named[1] if named else typed).strip())
    local, at, domain = typed.rpartition("@")
    local = fold(local)
    _check_parts(typed, local, at, domain)
    address = f"{local}@{domains.to_ascii(domain)}"  # not casefolded: straße.de and strasse.de are two domains
    if len(address) > MAX_LENGTH or len(local.encode()) > _MAX_LOCAL:
        raise Malformed("too_long", _("This is too long for an e-mail address."))
    return address


def _check_parts(address: str, local: str, at: str, domain: str) -> None:
    if not address:
        raise Malformed("empty", _("Enter an e-mail address."))
    if not at:
        raise Malformed("no_at", _("An e-mail address has an @ in the middle."))
    if not local:
        raise Malformed("no_name", _("The name before the @ is missing."))
    if not domain:
        raise Malformed("domain", _("The domain after the @ is missing, as in example.com."))
    if "@" in local:
        raise Malformed("two_at", _("There is more than one @. Enter each address on its own."))
    if " " in address:
        raise Malformed("space", _("There is a space in this e-mail address."))
    if "," in address:
        raise Malformed("comma", _("There is a comma in this e-mail address. Should it be a dot?"))
    if local.startswith(".") or _SPECIAL.search(local):
        raise Malformed("character", _("There is a character before the @ that an e-mail address cannot have."))
    if "." not in domain and "。" not in domain:
        raise Malformed("domain", _("The part after the @ needs a dot, as in example.com."))
    if ".." in domain or domain.startswith(".") or domain.endswith("."):
        raise Malformed("domain", _("There is a dot too many after the @."))
