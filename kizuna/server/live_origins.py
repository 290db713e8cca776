"""Which further origins pages may open a stream from, for the content security policy."""

from collections.abc import Iterable
from urllib.parse import urlsplit


def live_origins(url: str, port: int, hosts: Iterable[str]) -> list[str]:
    """None while the stream is at the pages' own origin; its own origin, or every name of ours at its port."""
    if url:
        parts = urlsplit(url)
        return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []
    names = [host for host in dict.fromkeys(hosts) if host != "*" and not host.startswith("[")]  # CSP knows no IPv6
    return [f"http://{name}:{port}" for name in names] if port else []
