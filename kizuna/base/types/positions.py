"""Positions on the Earth: latitude and longitude to six decimals, how exact they are, and circles around them.

Six decimals are a hand's breadth. They are counted in millionths of a degree, whole numbers that both databases compare
and divide alike.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import Any
from unicodedata import normalize as unicode_normalize

from django.utils.translation import gettext_lazy as _

from kizuna.base.types.errors import Malformed

EXACT, ADDRESS, POSTAL, CITY = "exact", "address", "postal", "city"
PRECISIONS = (EXACT, ADDRESS, POSTAL, CITY)
"""Set by somebody; found for the whole address by a geocoder; the middle of the places with the postal code; the middle
of the city that the address names."""

MILLION = 1_000_000
EARTH_KM = 6371.0088
FARTHEST_KM = 20_000
NEAREST_KM = 0.01

_NUMBER = r"([+-]?[0-9]{1,3}(?:\.[0-9]{1,20})?)"
_SIDE = r"\s*°?\s*"
_PAIR = re.compile(rf"{_NUMBER}{_SIDE}([NS]?)\s*[,;\s]\s*{_NUMBER}{_SIDE}([EW]?)", re.IGNORECASE)
_COMMAS = re.compile(r"([0-9]),([0-9])")


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees north and east, always in normal form: `Position.of` makes it.

    `basis` says for which address a geocoder found it (`positions.basis`); "" otherwise.
    """

    lat: float
    lon: float
    precision: str = EXACT
    basis: str = ""

    @classmethod
    def of(cls, lat: Any, lon: Any, precision: str = EXACT) -> Position:
        """From numbers. Raises Malformed, code "latitude", "longitude" or "precision"."""
        north = _degrees(lat, 90, "latitude", _("A latitude is a number from -90 to 90."))
        east = _degrees(lon, 180, "longitude", _("A longitude is a number from -180 to 180."))
        if precision not in PRECISIONS:
            raise Malformed("precision", _("How exact a position is: exact, address, postal or city."))
        if abs(north) == 90 * MILLION:
            east = 0  # all meridians meet there
        return cls.from_millionths(north, -180 * MILLION if east == 180 * MILLION else east, precision)

    @classmethod
    def parse(cls, typed: str) -> Position:
        """From "35.6812, 139.7671", as maps give it to be copied; also "35,6812; 139,7671", "geo:35.68,139.76" and
        "35.68N 139.76E". Raises Malformed."""
        plain = unicode_normalize("NFKC", typed).strip().removeprefix("geo:").replace("、", ",")
        if ";" in plain:
            plain = _COMMAS.sub(r"\1.\2", plain)
        found = _PAIR.fullmatch(plain)
        if found is None:
            raise Malformed("position", _("Give latitude and longitude, such as 35.6812, 139.7671."))
        north, south_or_north, east, east_or_west = found.groups()
        lat = -float(north) if south_or_north.upper() == "S" else float(north)
        lon = -float(east) if east_or_west.upper() == "W" else float(east)
        return cls.of(lat, lon)

    @classmethod
    def from_millionths(cls, north: int, east: int, precision: str = EXACT, basis: str = "") -> Position:
        """From numbers in normal form, as they are stored."""
        return cls(north / MILLION, east / MILLION, precision, basis)

    @property
    def millionths(self) -> tuple[int, int]:
        return round(self.lat * MILLION), round(self.lon * MILLION)

    @property
    def is_approximate(self) -> bool:
        return self.precision in (POSTAL, CITY)

    def at(self, other: Position) -> bool:
        """Whether both are the same place."""
        return self.millionths == other.millionths

    def found_for(self, basis: str) -> Position:
        """The same place as what a geocoder found for an address."""
        return replace(self, precision=ADDRESS, basis=basis)

    def __str__(self) -> str:
        """35.6812, 139.7671: can be parsed again."""
        return f"{plain(self.lat)}, {plain(self.lon)}"

    def km_to(self, other: Position) -> float:
        """The way along the surface, over a sphere of the Earth's mean radius."""
        lat, there = math.radians(self.lat), math.radians(other.lat)
        across = math.sin(math.radians(other.lon - self.lon) / 2) ** 2
        square = math.sin((there - lat) / 2) ** 2 + math.cos(lat) * math.cos(there) * across
        return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, square)))


def _degrees(value: Any, limit: int, code: str, message: Any) -> int:
    """Millionths of a degree."""
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not abs(number) <= limit:  # nan is not, either
        raise Malformed(code, message)
    return round(number * MILLION)


def plain(degrees: float) -> str:
    """Up to six decimals, none of them without need."""
    return f"{degrees:.6f}".rstrip("0").rstrip(".")


Box = tuple[int, int, int, int]
"""South, west, north, east in millionths of a degree, ends included; west is never greater than east."""
WHOLE_EARTH: Box = (-90 * MILLION, -180 * MILLION, 90 * MILLION, 180 * MILLION)


@dataclass(frozen=True, slots=True)
class Circle:
    """All places at most `km` from a centre."""

    centre: Position
    km: float

    def __contains__(self, position: Position) -> bool:
        return self.centre.km_to(position) <= self.km

    @property
    def haversine_limit(self) -> float:
        """What the square half chord to a place in the circle is at most: comparing it needs no arc sine."""
        return math.sin(min(self.km / EARTH_KM / 2, math.pi / 2)) ** 2

    @property
    def boxes(self) -> list[Box]:
        """One box around it, two where it lies across the 180th meridian; all longitudes where it holds a pole."""
        angle, lat = self.km / EARTH_KM, math.radians(self.centre.lat)
        south, north = lat - angle, lat + angle
        if south <= -math.pi / 2 or north >= math.pi / 2:
            return [(_down(max(south, -math.pi / 2)), WHOLE_EARTH[1], _up(min(north, math.pi / 2)), WHOLE_EARTH[3])]
        half = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(lat))))
        west, east = self.centre.lon - half, self.centre.lon + half
        return across(_down(south), math.floor(west * MILLION) - 1, _up(north), math.ceil(east * MILLION) + 1)


def across(south: int, west: int, north: int, east: int) -> list[Box]:
    """A box as one or two that lie between -180 and 180 degrees; `east` may be any number of turns further on."""
    turn = 360 * MILLION
    if east - west >= turn:
        return [(south, WHOLE_EARTH[1], north, WHOLE_EARTH[3])]
    west, width = (west + turn // 2) % turn - turn // 2, east - west
    east = west + width
    if east < turn // 2:
        return [(south, west, north, east)]
    return [(south, west, north, turn // 2), (south, -turn // 2, north, east - turn)]


def _down(radians: float) -> int:
    return max(WHOLE_EARTH[0], math.floor(math.degrees(radians) * MILLION) - 1)


def _up(radians: float) -> int:
    return min(WHOLE_EARTH[2], math.ceil(math.degrees(radians) * MILLION) + 1)
