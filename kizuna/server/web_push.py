"""KIZUNA_PUSH_SERVICES and KIZUNA_PUSH_KEY: where notifications for browsers may be sent, and as whom."""

import base64
import re
import secrets
from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured

KNOWN = (
    "fcm.googleapis.com",
    "jmt17.google.com",
    "updates.push.services.mozilla.com",
    "*.push.services.mozilla.com",
    "*.notify.windows.com",
    "*.push.apple.com",
)
"""The push services of Chrome, Firefox, Edge and Safari, and of browsers made of them."""
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256: a private key is a number below it."""


KEY = re.compile("[A-Za-z0-9_-]{43}=?")


def push_services(words: Sequence[str]) -> list[str]:
    """Hosts, "*.host", or whole origins, beside those that are known; "off" is none at all."""
    return [] if list(words) == ["off"] else [*KNOWN, *(word.strip() for word in words if word.strip())]


def new_push_key() -> str:
    """A private key as web push tools write it: 32 bytes in base64url."""
    number = secrets.randbelow(ORDER - 1) + 1
    return base64.urlsafe_b64encode(number.to_bytes(32)).rstrip(b"=").decode()


def push_key(text: str) -> str:
    """The key, when it is one."""
    number = int.from_bytes(base64.urlsafe_b64decode(f"{text[:43]}=")) if KEY.fullmatch(text) else 0
    if not 0 < number < ORDER:
        raise ImproperlyConfigured("KIZUNA_PUSH_KEY is no private key of web push: 32 bytes in base64url.")
    return text
