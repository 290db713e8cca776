"""KIZUNA_LIVE_BROKER: the Redis or Valkey server through which several servers wake each other."""

from importlib.util import find_spec
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def broker_of(url: str) -> str:
    """The address, when it can be used; "" when there is none."""
    if not url:
        return ""
    parts = urlsplit(url)
    if parts.scheme not in ("redis", "rediss", "unix") or not (parts.hostname or parts.path):
        raise ImproperlyConfigured(
            "KIZUNA_LIVE_BROKER looks like redis://user:password@host:6379/0, or rediss:// for TLS."
        )
    if find_spec("redis") is None:
        raise ImproperlyConfigured("KIZUNA_LIVE_BROKER needs one more package: pip install 'kizuna[redis]'.")
    return url
