"""Where a request comes from."""

from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The IP address of the person, None when it cannot be known (a Unix socket).

    It is the other end of the connection. Behind `KIZUNA_TRUSTED_PROXIES` proxies it is what the outermost of them
    saw: the entry so many places from the end of X-Forwarded-For. What stands before it was written by the client
    and is never believed; with fewer entries than proxies the request did not come through them.
    """
    seen = _parsed(request.META.get("REMOTE_ADDR", ""))
    if settings.TRUSTED_PROXIES > 0:
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")
        if len(forwarded) >= settings.TRUSTED_PROXIES:
            return _parsed(forwarded[-settings.TRUSTED_PROXIES]) or seen
    return seen


def _parsed(text: str) -> str | None:
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Address(int(address)))
    return str(address)
