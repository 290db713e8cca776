"""How often one address may do something on a public page."""

from __future__ import annotations

import hashlib
import time

from django.core.cache import cache
from django.http import HttpRequest

from kizuna.base.identity.address import client_address

MINUTE = 60


def is_too_often(request: HttpRequest, what: str, *, most: int) -> bool:
    """Whether this address did it more than `most` times in this minute; counts this one."""
    who = hashlib.sha256((client_address(request) or "").encode()).hexdigest()[:16]
    key = f"public:{what}:{who}:{int(time.time() // MINUTE)}"
    if cache.add(key, 1, timeout=2 * MINUTE):
        return most < 1
    try:
        return cache.incr(key) > most
    except ValueError:  # it ran out between the two
        return False
