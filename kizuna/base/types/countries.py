"""Countries: ISO 3166 codes, found by their names and shown in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from django.utils.translation import gettext_lazy as _

from kizuna.base.types.errors import Malformed
from kizuna.base.types.text import fold

_NAMED_IN = ("en", "ja", "ko", "zh", "fr", "de", "es")  # languages in which imports name countries
_SHORT_NAMES = {"usa": "US", "u.s.a.": "US", "u.s.": "US", "uk": "GB", "england": "GB", "米国": "US", "韓国": "KR",
                "大韓民国": "KR", "korea": "KR", "republic of korea": "KR", "英国": "GB", "台湾": "TW"}  # fmt: skip

_MAINLANDS = {"CL": ["America/Santiago"], "CN": ["Asia/Shanghai"], "EC": ["America/Guayaquil"], "ES": ["Europe/Madrid"],
              "NZ": ["Pacific/Auckland"], "PT": ["Europe/Lisbon"]}  # fmt: skip
"""The clock of nearly everybody, where some islands or a border have another one."""
_NOWHERE = "ZZ"
_DAYS = (dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2026, 7, 1, tzinfo=dt.UTC))


def code_of(text: str) -> str:
    """ISO 3166 alpha-2 code of a country given by code (JP, jp, JPN) or name (Japan, 日本, 일본); "" for "".

    Raises Malformed, code "country".
    """
    if len(text) == 2 and text in _territories():
        return text
    folded = fold(text)
    if not folded:
        return ""
    try:
        return _codes()[folded]
    except KeyError:
        raise Malformed("country", _("This is not a country, such as Japan or JP.")) from None


def name_of(code: str, language: str) -> str:
    """The country's name in a language (a tag such as "ja"); the code itself if it has none."""
    return _names(language).get(code, code)


@lru_cache(maxsize=1)
def clocks() -> Mapping[str, Sequence[str]]:
    """A time zone for each clock by which people of a country live, from west to east: {"JP": ["Asia/Tokyo"]}. Where
    there are several, such as in the United States, nothing tells whose is whose."""
    available = available_timezones()  # which reads the folder of all zones
    known = {code: sorted(available.intersection(zones)) for code, zones in get_global("territory_zones").items()}
    return {code: _each_clock(zones) for code, zones in known.items() if zones and code != _NOWHERE} | _MAINLANDS


def _each_clock(zones: Sequence[str]) -> list[str]:
    found: dict[tuple[dt.timedelta, ...], str] = {}
    for name in zones:
        found.setdefault(tuple(day.astimezone(ZoneInfo(name)).utcoffset() or dt.timedelta() for day in _DAYS), name)
    return [found[offsets] for offsets in sorted(found)]


@lru_cache(maxsize=64)
def _names(language: str) -> dict[str, str]:
    try:
        return dict(Locale.parse(language.replace("-", "_")).territories)
    except (UnknownLocaleError, ValueError):
        return dict(Locale.parse("en").territories)


@lru_cache(maxsize=1)
def _territories() -> frozenset[str]:
    regions = set(get_global("territory_currencies")) - {"EU", "ZZ"}  # which have a currency but are no countries
    return frozenset(code for code in _names("en") if len(code) == 2 and code.isalpha() and code in regions)


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    """Every folded name and code → alpha-2."""
    found = {
        fold(name): code for language in _NAMED_IN for code, name in _names(language).items() if code in _territories()
    }
    for alias, codes in get_global("territory_aliases").items():
        if len(codes) == 1 and codes[0] in _territories() and alias.isalpha():
            found[fold(alias)] = codes[0]
    found |= {fold(name): code for name, code in _SHORT_NAMES.items()}
    return found | {code.lower(): code for code in _territories()}
