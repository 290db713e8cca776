"""Where people live and firms sit: towns with their own postal codes, streets that every town has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from kizuna.base.types import places
from kizuna.base.types.positions import Position
from kizuna.customers.contacts.demo.draw import Draw, Table, rows_where, table

NEIGHBOURHOOD = 0.008
"""Degrees around the middle of a district in which its addresses lie: less than a kilometre, so that none is at sea."""
KOREAN_FLATS = ("푸른마을아파트", "한솔타운", "느티나무빌라", "해오름아파트", "새길오피스텔", "늘봄마을")


@dataclass(frozen=True)
class Place:
    """An address in the parts that Kizuna stores, with the area code of its telephones."""

    country: str
    postal_code: str
    region: str
    city: str
    line1: str
    line2: str = ""
    area_code: str = ""

    def point(self, label: str) -> dict[str, object]:
        return {
            "country": self.country,
            "postal_code": self.postal_code,
            "region": self.region,
            "city": self.city,
            "line1": self.line1,
            "line2": self.line2,
            "label": label,
            "primary": True,
            "verified": False,
        }


def japanese(draw: Draw, market: str, *, is_home: bool = True, near: str = "") -> Place:
    """An address near one of the stores ("yokohama", "fukuoka", "sapporo") or anywhere else in Japan ("web")."""
    row = draw.row(_named(rows_where("ja_places", "market", market), near))
    block = "-".join(str(draw.randint(1, most)) for most in (6, 18, 12))
    house = ""
    if draw.maybe(0.55 if is_home else 0.3):
        building = draw.choice(table("ja_buildings").rows)["name"]
        house = (
            f"{building} {draw.randint(1, 12)}{draw.randint(1, 12):02}号室"
            if is_home
            else f"{building} {draw.randint(2, 9)}階"
        )
    return Place("JP", row["postal_code"], row["region"], row["city"], row["town"] + block, house, row["area_code"])


def korean(draw: Draw, *, is_home: bool = True, near: str = "") -> Place:
    row = draw.row(_named(table("ko_places"), near))
    street = f"{row['street']} {draw.randint(2, 420)}"
    flat = f"{draw.choice(KOREAN_FLATS)} {draw.randint(101, 118)}동 {draw.randint(2, 24)}0{draw.randint(1, 6)}호"
    house = flat if is_home and draw.maybe(0.7) else f"{draw.randint(2, 15)}층" if not is_home else ""
    return Place("KR", row["postal_code"], row["region"], row["city"], street, house, row["area_code"])


def european(draw: Draw, country: str = "", near: str = "") -> tuple[Place, str]:
    """An address and the language spoken there; in one `country`, or as our customers are spread over Europe."""
    rows = rows_where("european_places", "country", country) if country else table("european_places")
    row = draw.row(_named(rows, near))
    return _in_street(draw, row), row["culture"]


def spot(draw: Draw, addresses: Sequence[Mapping[str, Any]]) -> Position | None:
    """Exactly where the first of some addresses is, as if somebody had put it on the map."""
    if not addresses:
        return None
    home = addresses[0]
    district = _districts().get((home["region"], home["city"]))
    middle = district or places.of_city(home["country"], home["region"], home["city"])
    if middle is None:
        return None
    up, aside = (draw.uniform(-NEIGHBOURHOOD, NEIGHBOURHOOD) for _axis in range(2))
    return Position.of(middle.lat + up, middle.lon + aside)


@cache
def _districts() -> dict[tuple[str, str], Position]:
    rows = table("districts").rows
    return {(row["region"], row["city"]): Position.of(row["lat"], row["lon"]) for row in rows}


def _named(rows: Table, near: str) -> Table:
    """The rows whose town or street is part of the name `near`; all of them when none is."""
    found = [row for row in rows.rows if near and any(word in near for word in _words(row))]
    return Table(found) if found else rows


def _words(row: dict[str, str]) -> list[str]:
    """What a house would be called after: Kiel, 해운대, 箱根."""
    town = row["city"].removesuffix("구")
    street = row.get("street", "").removesuffix("역로").removesuffix("해변로")
    inner = [part for part in ("箱根", "札幌", "博多") if part in row["city"]]
    return [word for word in (town, street, *inner) if len(word) > 1]


def _in_street(draw: Draw, row: dict[str, str]) -> Place:
    streets = rows_where("streets", "language", row["culture"]).rows[0]
    number = f"{draw.randint(1, 140)}{draw.choice(('', '', '', '', 'a', 'b'))}"
    line = streets["pattern"].format(street=draw.choice(streets["names"].split("|")), n=number)
    flat = {"GB": f"Flat {draw.randint(1, 30)}", "IE": f"Apt {draw.randint(1, 30)}"}.get(row["country"], "")
    return Place(row["country"], row["postal_code"], row["region"], row["city"], line, flat if draw.maybe(0.3) else "")
