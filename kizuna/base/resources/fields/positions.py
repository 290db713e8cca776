"""A place on the map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.resources.fields.base import EMPTY, Cell, Field, invalid, nullable
from kizuna.base.resources.reader import Reader
from kizuna.base.types.columns import PositionField
from kizuna.base.types.errors import Invalid, Malformed
from kizuna.base.types.positions import ADDRESS, CITY, EXACT, POSTAL, PRECISIONS, Position, plain

CLOSE, NEAR = 15, 11
"""How far a link to the map goes into it: to the streets, or to the city where no more is known."""

_DEGREES = {
    "lat": {"type": "number", "minimum": -90, "maximum": 90},
    "lon": {"type": "number", "minimum": -180, "maximum": 180},
}
_WORDS = {
    ADDRESS: _("%(position)s (by address)"),
    POSTAL: _("about %(position)s (by postal code)"),
    CITY: _("about %(position)s (by city)"),
}
"""How a position is shown that nobody set."""
_SCHEMA = {
    "title": "Position",
    "type": "object",
    "properties": _DEGREES | {"precision": {"enum": list(PRECISIONS)}},
    "required": ["lat", "lon", "precision"],
    "examples": [{"lat": 35.6812, "lon": 139.7671, "precision": EXACT}],
}


class MapPosition(Field):
    """Three columns (`types.columns.PositionField`), one value. JSON: {"lat", "lon"}, or a text "35.6812, 139.7671".

    What is given is exact, but for what comes back as it stands.
    """

    kind = "position"
    widget = "position"

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, sortable=False, **options)

    @property
    def paths(self) -> tuple[str, ...]:
        return (self.path, f"{self.path}_lon", f"{self.path}_told")

    @property
    def empty(self) -> Any:
        return None

    def value(self, columns: Sequence[Any]) -> Position | None:
        return PositionField.value(columns)

    def parse_again(self, raw: Any, reader: Reader, stored: Position | None) -> Position | None:
        """An approximate position that comes back as it stands does not become an exact one."""
        found: Position | None = self.parse(raw, reader)
        return stored if stored and found and stored.at(found) else found

    def understand(self, raw: Any, reader: Reader) -> Position:
        if isinstance(raw, Position):
            return raw
        try:
            if isinstance(raw, str):
                return Position.parse(raw)
            if not isinstance(raw, dict) or not {"lat", "lon"} <= set(raw) <= set(_SCHEMA["properties"]):
                raise invalid(_('Give latitude and longitude: {"lat": 35.6812, "lon": 139.7671}.'))
            if not all(isinstance(raw[name], int | float) for name in _DEGREES):
                raise invalid(_("Latitude and longitude are numbers."))
            return Position.of(raw["lat"], raw["lon"], raw.get("precision") or EXACT)
        except Malformed as error:
            part = {"latitude": "lat", "longitude": "lon", "precision": "precision"}.get(error.code, "")
            raise Invalid({"" if isinstance(raw, str) else part: [error.message]}) from error

    def to_json(self, value: Position | None) -> Any:
        return None if value is None else {"lat": value.lat, "lon": value.lon, "precision": value.precision}

    def from_json(self, stored: Any) -> Position | None:
        return Position.of(stored["lat"], stored["lon"], stored["precision"]) if stored else None

    def json_schema(self) -> dict[str, Any]:
        return nullable(_SCHEMA)

    def input_schema(self) -> dict[str, Any]:
        given = _SCHEMA | {"title": "PositionInput", "required": list(_DEGREES)}
        return {"anyOf": [given, {"type": "string"}, *([] if self.required else [{"type": "null"}])]}

    def to_text(self, value: Position | None, reader: Reader) -> str:
        return str(value) if value else ""

    def to_input(self, value: Position | None, reader: Reader) -> str:
        return self.to_text(value, reader)

    def cell(self, value: Position | None, reader: Reader) -> Cell:
        if value is None:
            return EMPTY
        words = f"{value.lat:.5f}, {value.lon:.5f}"
        if value.precision in _WORDS:
            near = f"{value.lat:.2f}, {value.lon:.2f}" if value.is_approximate else words
            words = str(_WORDS[value.precision] % {"position": near})
        if self.resource is None:
            return {"kind": "text", "text": words}
        return {"kind": "link", "text": words, "url": self.map_url(value)}

    def map_url(self, value: Position) -> str:
        """The map of all records of the kind, open at this place."""
        zoom = NEAR if value.is_approximate else CLOSE
        at = f"{plain(value.lat)},{plain(value.lon)},{zoom}"
        return f"{self.resource.list_url}?mode=map&by={self.name}&at={at}"
