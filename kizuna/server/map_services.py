"""Servers that maps may ask, when an administrator named them: one for pictures, one that finds addresses."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Tiles:
    """`url` has {z}, {x} and {y} in it, perhaps {s} at the start of the host; `origin` is what pages may load from."""

    url: str
    attribution: str
    origin: str


def tiles(url: str, attribution: str) -> Tiles | None:
    """None without an address. Raises ImproperlyConfigured for one that no map can use."""
    if not url:
        return None
    parts = urlsplit(url)
    host = parts.netloc.replace("{s}.", "*.", 1)
    is_plain = not set(host) & set("{}@;, '\"") and "*" not in host.removeprefix("*.")
    if parts.scheme not in ("http", "https") or not host or not is_plain:
        raise ImproperlyConfigured("KIZUNA_TILE_URL is a whole address: https://tiles.example.com/{z}/{x}/{y}.png")
    if not all(place in parts.path + parts.query for place in ("{z}", "{x}", "{y}")):
        raise ImproperlyConfigured("KIZUNA_TILE_URL needs {z}, {x} and {y}: https://tiles.example.com/{z}/{x}/{y}.png")
    if not attribution:
        raise ImproperlyConfigured("KIZUNA_TILE_ATTRIBUTION says whose map it is: © OpenStreetMap contributors")
    return Tiles(url, attribution, f"{parts.scheme}://{host}")


def geocoder(url: str) -> str:
    """The address of the search; "" for none. Raises ImproperlyConfigured for one that cannot be asked."""
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ImproperlyConfigured("KIZUNA_GEOCODER_URL is a whole address: https://nominatim.example.com/search")
    return url
