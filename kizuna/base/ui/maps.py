"""A list as a map: its rows where they are, gathered by the database where they would cover each other."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import Any

from django.db.models import Avg, Case, Count, ExpressionWrapper, F, IntegerField, Max, Min, When
from django.utils.translation import gettext_lazy as _

from kizuna.base import conditions
from kizuna.base.conditions.nearness import within
from kizuna.base.resources.fields import Field, MapPosition, Points
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.table import Row, Sort, Table
from kizuna.base.types.errors import Invalid, Malformed
from kizuna.base.types.numbers import whole
from kizuna.base.types.positions import MILLION, NEAREST_KM, POSTAL, Box, Position, across
from kizuna.base.ui.cards import Cards
from kizuna.base.ui.listing import MAP, Listing

CELL = 88
"""Pixels: what lies closer together than about so much becomes one mark."""
TOUCHING = 0.45
"""Of the side of a cell: marks that are nearer to each other than this would overlap."""
MOST_CELLS = 240
FARTHEST_OUT, CLOSEST = 0, 22
TURN = 360 * MILLION
EDGE = 85.05
"""Maps end at this latitude; what lies beyond is shown there."""
BY_ID = Sort(Field("id", "", path="pk"), is_descending=False)


def fields_for(resource: Resource, actor: Any) -> list[Field]:
    """The positions by which a person can look at records on a map."""
    return [field for field in resource.readable_fields(actor).values() if isinstance(field, MapPosition)]


@dataclass(frozen=True)
class Window:
    """The part of the Earth that is looked at, in millionths of a degree. West is between -180 and 180 degrees, east
    further on; `turn` is what the map on the screen counts beside that."""

    south: int
    west: int
    north: int
    east: int
    zoom: int
    turn: int = 0

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Window:
        """From "south,west,north,east" and a zoom level. Raises Invalid."""
        try:
            south, west, north, east = (float(part) for part in asked.get("box", "").split(","))
            zoom = int(asked.get("zoom", ""))
        except ValueError:
            raise Invalid({"box": [_("This part of the map cannot be read.")]}) from None
        sides = (south, west, north, east)
        if not all(abs(side) <= 100_000 for side in sides) or south > north or west > east:
            raise Invalid({"box": [_("This part of the map cannot be read.")]})
        south, north = (math.copysign(90, side) if abs(side) >= EDGE else side for side in (south, north))
        turns = math.floor((west + 180) / 360)
        return cls(
            south=math.floor(south * MILLION),
            west=math.floor((west - 360 * turns) * MILLION),
            north=math.ceil(north * MILLION),
            east=math.ceil((min(east, west + 360) - 360 * turns) * MILLION),
            zoom=min(max(zoom, FARTHEST_OUT), CLOSEST),
            turn=turns * TURN,
        )

    @property
    def boxes(self) -> list[Box]:
        return across(self.south, self.west, self.north, self.east)

    @property
    def cell(self) -> tuple[int, int]:
        """Height and width of the cells in which rows are gathered: the same wherever the map is moved to, so that
        marks stay where they are; larger where there would be too many."""
        squeeze = max(0.1, round(math.cos(math.radians(abs(self.south + self.north) / 2 / MILLION)), 1))
        width = TURN / 2**self.zoom * CELL / 256
        while (self.east - self.west) * (self.north - self.south) > MOST_CELLS * width * width * squeeze:
            width *= 2
        return max(1, int(width * squeeze)), max(1, int(width))


@dataclass(frozen=True)
class Cluster:
    """Rows that stand close together: how many, in the middle of them, between which sides, and the first of them."""

    count: int
    lat: float
    lon: float
    south: float
    west: float
    north: float
    east: float
    first: int

    def joined(self, other: Cluster) -> Cluster:
        count = self.count + other.count
        return Cluster(
            count=count,
            lat=round((self.lat * self.count + other.lat * other.count) / count, 6),
            lon=round((self.lon * self.count + other.lon * other.count) / count, 6),
            south=min(self.south, other.south),
            west=min(self.west, other.west),
            north=max(self.north, other.north),
            east=max(self.east, other.east),
            first=min(self.first, other.first),
        )

    @property
    def is_stack(self) -> bool:
        """Several at the very same place, which no coming closer takes apart."""
        return self.count > 1 and self.south == self.north and self.west == self.east


def _largest_first(cluster: Cluster) -> tuple[int, int]:
    return -cluster.count, cluster.first


def apart(clusters: list[Cluster], window: Window) -> list[Cluster]:
    """Each smaller cluster joined to a larger one that its mark would touch across the side of a cell."""
    height, width = (side / MILLION * TOUCHING for side in window.cell)
    found: list[Cluster] = []
    for one in clusters:
        for place, other in enumerate(found):
            if math.hypot((one.lat - other.lat) / height, (one.lon - other.lon) / width) < 1:
                found[place] = other.joined(one)
                break
        else:
            found.append(one)
    return sorted(found, key=_largest_first)


class Map:
    """The map that a listing asks for. `field` is None when it asks for one that is gone or hidden."""

    def __init__(self, listing: Listing) -> None:
        self.listing, self.reader = listing, listing.reader
        self.offered = fields_for(listing.resource, listing.actor)
        self.asked = listing.value("by")
        usual = self.offered[0] if self.offered else None
        found = next((field for field in self.offered if field.name == self.asked), None)
        self.field: Field | None = found if self.asked else usual

    def settings(self) -> dict[str, str]:
        """What a view of this map keeps; which part it shows is no part of it."""
        return {"by": self.field.name if self.field else ""}

    @property
    def path(self) -> str:
        assert self.field is not None
        return self.field.path

    # ── where it is open ──

    @cached_property
    def at(self) -> tuple[Position, int] | None:
        """The middle and the zoom of "lat,lon,zoom" in the address; None without one that can be read."""
        lat, _comma, rest = self.listing.asked.get("at", "").partition(",")
        lon, _comma, zoom = rest.partition(",")
        close = whole(zoom)
        if close is None:
            return None
        try:
            return Position.of(lat, lon), min(close, CLOSEST)
        except Malformed:
            return None

    def extent(self) -> tuple[float, float, float, float] | None:
        """South, west, north and east of everything on the map; None where nothing is."""
        lat, lon = self.path, f"{self.path}_lon"
        found = self.listing.rows.filter(**{f"{lat}__isnull": False}).aggregate(
            south=Min(lat), west=Min(lon), north=Max(lat), east=Max(lon)
        )
        if found["south"] is None:
            return None
        return tuple(found[side] / MILLION for side in ("south", "west", "north", "east"))

    # ── what lies there ──

    def clusters(self, window: Window) -> list[Cluster]:
        """The rows in a window, gathered cell by cell: one statement, at most MOST_CELLS answers (and those cut by the
        window's sides), the largest first."""
        height, width = window.cell
        lat, east = F(self.path), self._lon(window)
        row = ExpressionWrapper((lat - window.south // height * height) / height, IntegerField())
        column = ExpressionWrapper((east - window.west // width * width) / width, IntegerField())
        rows = self.listing.rows.filter(reduce(or_, (within(self.path, box) for box in window.boxes)))
        found = (
            rows.order_by()
            .annotate(map_row=row, map_column=column)
            .values("map_row", "map_column")
            .annotate(
                map_count=Count("*"),
                map_lat=Avg(self.path),
                map_lon=Avg(east),
                map_south=Min(self.path),
                map_west=Min(east),
                map_north=Max(self.path),
                map_east=Max(east),
                map_first=Min("pk"),
            )
        )
        largest = sorted((self._cluster(line, window.turn) for line in found), key=_largest_first)
        return apart(largest, window)

    def _lon(self, window: Window) -> Any:
        """Longitudes counted on from the western side of the window, across the 180th meridian if it reaches there:
        where it does not, nothing is compared for each of all points in it."""
        lon = f"{self.path}_lon"
        if len(window.boxes) == 1:
            return F(lon)
        beyond = When(**{f"{lon}__lt": window.west}, then=F(lon) + TURN)
        return Case(beyond, default=F(lon), output_field=IntegerField())

    def _cluster(self, line: Mapping[str, Any], turn: int) -> Cluster:
        def degrees(side: str, shift: int = 0) -> float:
            return round((float(line[f"map_{side}"]) + shift) / MILLION, 6)

        return Cluster(
            count=line["map_count"],
            lat=degrees("lat"),
            lon=degrees("lon", turn),
            south=degrees("south"),
            west=degrees("west", turn),
            north=degrees("north"),
            east=degrees("east", turn),
            first=line["map_first"],
        )

    # ── what is told of it ──

    @cached_property
    def address(self) -> Points | None:
        """The postal addresses of the records, where they have any that the reader may see."""
        fields = self.listing.resource.readable_fields(self.listing.actor).values()
        return next((one for one in fields if isinstance(one, Points) and one.point_kind == "address"), None)

    @cached_property
    def cards(self) -> Cards:
        assert self.field is not None
        return Cards(self.listing, without=(), further=(self.field, *filter(None, [self.address])))

    def drawn(self, clusters: list[Cluster]) -> dict[int, dict[str, Any]]:
        """The first record of each cluster as a card, with its address: one query."""
        ids = [one.first for one in clusters]
        rows = self.listing.resource.model._default_manager.filter(pk__in=ids)
        table = Table(self.listing.resource, self.listing.actor, columns=self.cards.columns, sort=BY_ID, rows=rows)
        return {row.id: self._drawn(row) for row in table.page(size=max(1, len(ids))).rows}

    def _drawn(self, row: Row) -> dict[str, Any]:
        assert self.field is not None
        values = self.cards.values(row)
        title = self.cards.title.cell(values[self.cards.title.name], self.reader) if self.cards.title else {}
        address = self.address.cell(values[self.address.name], self.reader) if self.address else {}
        return {
            "url": self.listing.resource.record_url(row.id),
            "title": title.get("text") or f"#{row.id}",
            "lang": title.get("lang", ""),
            "address": address.get("text", ""),
            "is_approximate": values[self.field.name].is_approximate,
            "is_postal": values[self.field.name].precision == POSTAL,
        }

    # ── circles ──

    @cached_property
    def circles(self) -> list[tuple[str, dict[str, Any]]]:
        """The circles that every shown record lies in, each with its pointer in the condition."""
        tree = self.listing.tree
        parts = {"": tree}
        if isinstance(tree, dict) and isinstance(tree.get("all"), list):
            parts = {f"/all/{number}": part for number, part in enumerate(tree["all"])}
        return [(pointer, part["value"]) for pointer, part in parts.items() if self._is_circle(part)]

    def _is_circle(self, part: Any) -> bool:
        if self.field is None or not isinstance(part, dict) or part.get("field") != self.field.name:
            return False
        return part.get("op") == "within" and isinstance(part.get("value"), dict)

    def with_circle(self, value: dict[str, Any]) -> str:
        """The address of this map with another circle in the condition. Raises InvalidCondition."""
        assert self.field is not None
        tree = self.listing.tree
        for pointer, _circle in reversed(self.circles):
            tree = conditions.without(tree, pointer)
        leaf = {"field": self.field.name, "op": "within", "value": value}
        conditions.resolve(leaf, schema=self.listing.schema, viewer=self.listing.actor)
        return self.listing.url(filter=conditions.dump(conditions.combine(tree, leaf)), at=None)

    def stack_url(self, cluster: Cluster) -> str:
        """The list of all that lies at one place."""
        assert self.field is not None
        lon = (cluster.lon + 180) % 360 - 180
        here = {"lat": f"{cluster.lat:.6f}", "lon": f"{lon:.6f}", "km": NEAREST_KM}
        leaf = {"field": self.field.name, "op": "within", "value": here}
        filter_ = conditions.dump(conditions.combine(self.listing.tree, leaf))
        return self.listing.url(mode="list", by=None, at=None, filter=filter_)

    @property
    def nowhere_url(self) -> str:
        """The list of what is not on the map."""
        assert self.field is not None
        tree = conditions.combine(self.listing.tree, {"field": self.field.name, "op": "is_empty"})
        return self.listing.url(mode="list", by=None, at=None, filter=conditions.dump(tree))


def of(listing: Listing) -> Map | None:
    return Map(listing) if listing.mode == MAP else None
