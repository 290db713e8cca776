"""Where the postal codes of a country are, from a file that an administrator got: read once, kept beside the database.

The files are those that GeoNames publishes (download.geonames.org/export/zip, licence CC BY 4.0), one for each country
or one for all: tab-separated lines of country, code, place, region (name, code), two smaller divisions (name, code),
latitude, longitude and how exact that is. Each country becomes a small SQLite file, read where it is asked.
"""

from __future__ import annotations

import io
import os
import re
import sqlite3
import threading
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from kizuna.base.types import postal
from kizuna.base.types.errors import Malformed
from kizuna.base.types.positions import POSTAL, Position
from kizuna.base.types.text import clean

_COUNTRY = re.compile(r"[A-Z]{2}")
_SCHEMA = "CREATE TABLE place (code TEXT, region TEXT, city TEXT, lat INTEGER, lon INTEGER)"
_SHORTER = {"CA": 3, "GB": -3, "IE": 3, "MT": 3, "NL": 4, "US": 5}
"""Where the free files know only the first part of a code: how much of it that is."""
_OWN_SCRIPT = frozenset({"CN", "HK", "JP", "KR", "MO", "TW"})
"""Countries that write addresses in a script of their own: a romanised name does not belong into one of theirs."""
_FAR = 500_000
"""Millionths of a degree: places with one code that lie further apart say nothing about where it is."""
_named_here: set[str] = set()
"""Countries whose places are named by our files, and by a newer one when it comes."""

Entry = tuple[str, str, str, str, int, int]


def store(file: Path, folder: Path) -> Counter[str]:
    """Keep the codes of a file, text or zip; of a country that is there already the new ones replace all. How many
    lines were kept by country, and under "" how many could not be read. Raises Malformed, and keeps nothing, where it
    is no such file."""
    folder.mkdir(parents=True, exist_ok=True)
    counted: Counter[str] = Counter()
    finished: list[tuple[Path, Path]] = []
    try:
        for country, entries in groupby(_entries(file, counted), key=lambda entry: entry[0]):
            path = folder / f"{country}.sqlite3"
            fresh = path.with_suffix(".new")
            counted[country] += _write(fresh, entries, again=(fresh, path) in finished)
            finished += [] if (fresh, path) in finished else [(fresh, path)]
        if not finished:
            raise Malformed("postal", f"{file.name} holds no postal codes as GeoNames writes them.")
        for fresh, path in finished:
            os.replace(fresh, path)
    finally:
        for fresh, _path in finished:
            fresh.unlink(missing_ok=True)
    return counted


def _write(path: Path, entries: Iterable[Entry], *, again: bool) -> int:
    if not again:
        path.unlink(missing_ok=True)
    with sqlite3.connect(path) as connection:
        if not again:
            connection.execute(_SCHEMA)
            connection.execute("CREATE INDEX place_code ON place (code)")
        rows = connection.executemany("INSERT INTO place VALUES (?, ?, ?, ?, ?)", (entry[1:] for entry in entries))
        count = rows.rowcount
    connection.close()
    return count


def _entries(file: Path, counted: Counter[str]) -> Iterator[Entry]:
    for line in _lines(file):
        try:
            country, code, city, region, *_divisions, lat, lon, _exact = line.rstrip("\r\n").split("\t")
            north, east = Position.of(lat, lon).millionths
            code = postal.bare(code)
            if not _COUNTRY.fullmatch(country) or not code:
                raise ValueError(line)
        except ValueError:
            counted[""] += bool(line.strip())
            continue
        if country in _OWN_SCRIPT and city.isascii():
            region = city = ""
        yield country, code, clean(region), clean(city), north, east


def _lines(file: Path) -> Iterator[str]:
    try:
        if not zipfile.is_zipfile(file):
            with file.open(encoding="utf-8", errors="replace") as text:
                yield from text
            return
        with zipfile.ZipFile(file) as packed:
            for name in packed.namelist():
                if name.endswith(".txt") and name.lower() != "readme.txt":
                    with packed.open(name) as raw:
                        yield from io.TextIOWrapper(raw, encoding="utf-8", errors="replace")
    except (OSError, zipfile.BadZipFile) as problem:
        raise Malformed("postal", f"{file.name} cannot be read: {problem}") from problem


class Pack:
    """The postal codes of one country."""

    def __init__(self, path: Path) -> None:
        self.country, self._path, self._own = path.stem, path, threading.local()

    def places(self, code: str) -> list[postal.Place]:
        """Those that have names."""
        return [postal.Place(region, city) for region, city, _lat, _lon in self._rows(code) if city]

    def position(self, code: str) -> Position | None:
        """The middle of the places with a code, unless they lie far apart."""
        rows = self._rows(code)
        ends = [(min(every), max(every)) for every in zip(*((lat, lon) for *_names, lat, lon in rows), strict=True)]
        if not ends or any(high - low > _FAR for low, high in ends):
            return None
        (south, north), (west, east) = ends
        return Position.from_millionths((south + north) // 2, (west + east) // 2, POSTAL)

    def _rows(self, code: str) -> list[tuple[str, str, int, int]]:
        found = self._with_code(code)
        known = _SHORTER.get(self.country)
        return found if found or known is None else self._with_code(code[:known])

    def _with_code(self, code: str) -> list[tuple[str, str, int, int]]:
        if not hasattr(self._own, "connection"):  # one belongs to its thread
            self._own.connection = sqlite3.connect(f"{self._path.as_uri()}?mode=ro", uri=True)
        asked = "SELECT region, city, lat, lon FROM place WHERE code = ? ORDER BY rowid"
        return list(self._own.connection.execute(asked, [code]))


def register_all(folder: Path) -> list[str]:
    """Have the postal codes found that are kept here, and answer their countries. Who named places before goes on."""
    found = [Pack(path) for path in sorted(folder.glob("*.sqlite3")) if _COUNTRY.fullmatch(path.stem)]
    for pack in found:
        postal.locate(pack.country, pack.position)
        if pack.country in _named_here or pack.country not in postal.named():
            postal.register(pack.country, pack.places)
            _named_here.add(pack.country)
    return [pack.country for pack in found]
