"""Wall-clock intents: a time of day where somebody is, how often something comes again, how long before to remind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kizuna.base.conditions.schema import ConditionField
from kizuna.base.identity.models.users import available_zones
from kizuna.base.resources.fields.base import EMPTY, Cell, Field, check_parts, closed, invalid, nullable
from kizuna.base.resources.fields.lists import Choices
from kizuna.base.resources.reader import Reader
from kizuna.base.types import locales, repetition_words
from kizuna.base.types.repetition import Repetition, from_rrule

CLOCK_SCHEMA = {
    "title": "TimeOfDay",
    "type": "object",
    "description": "What the clock on the wall shows in a zone of the IANA time zone database.",
    "properties": {
        "time": {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "examples": ["15:30"]},
        "zone": {"type": "string", "examples": ["Asia/Tokyo"]},
    },
    "required": ["time", "zone"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Clock:
    """What the clock on the wall shows, and where the wall is."""

    time: dt.time
    zone: str

    def __str__(self) -> str:
        return f"{self.time:%H:%M} {self.zone}"


class TimeOfDay(Field):
    """A time and its zone in two columns; one value. Typed without a zone, it is in the zone that it was in, or else in
    that of the person who types it."""

    kind = "clock"
    widget = "time"

    def __init__(self, name: str, label: Any, *, zone_path: str, **options: Any) -> None:
        super().__init__(name, label, sortable=False, **options)
        self.zone_path = zone_path

    @property
    def paths(self) -> tuple[str, ...]:
        return (self.path, self.zone_path)

    @property
    def empty(self) -> Any:
        return None

    @property
    def nothing(self) -> str:
        """Without its name, which may be any word: "Start"."""
        return gettext("No time")

    def value(self, columns: Sequence[Any]) -> Clock | None:
        return Clock(columns[0], columns[1]) if columns[0] is not None else None

    def read(self, record: Any) -> Clock | None:
        return self.value((getattr(record, self.path), getattr(record, self.zone_path)))

    def assign(self, record: Any, value: Clock | None) -> None:
        setattr(record, self.path, value.time if value else None)
        setattr(record, self.zone_path, value.zone if value else "")

    def understand(self, raw: Any, reader: Reader) -> Clock | None:
        return self.parse_again(raw, reader, None)

    def parse(self, raw: Any, reader: Reader) -> Any:
        return self.parse_again(raw, reader, None)

    def parse_again(self, raw: Any, reader: Reader, stored: Clock | None) -> Clock | None:
        if isinstance(raw, Clock):
            return raw
        place: Any = stored.zone if stored else reader.zone.key
        if isinstance(raw, str) and " " in raw.strip():
            raw, place = raw.strip().split(" ", 1)
        elif isinstance(raw, Mapping):
            check_parts(raw, ("time", "zone"))
            raw, place = raw.get("time"), raw.get("zone", place)
        if raw is None or raw == "":
            if self.required:
                raise invalid(_("This is needed."))
            return None
        if not isinstance(place, str) or place not in available_zones():
            raise invalid(_("There is no such time zone."))
        return Clock(understand_time(raw), place)

    def json_schema(self) -> dict[str, Any]:
        return nullable(CLOCK_SCHEMA)

    def input_schema(self) -> dict[str, Any]:
        given = closed(CLOCK_SCHEMA | {"title": "TimeOfDayInput"})
        return given if self.required else nullable(given)

    def to_json(self, value: Clock | None) -> Any:
        return {"time": f"{value.time:%H:%M}", "zone": value.zone} if value else None

    def from_json(self, stored: Any) -> Clock | None:
        return Clock(dt.time.fromisoformat(stored["time"]), stored["zone"]) if stored else None

    def to_text(self, value: Clock | None, reader: Reader) -> str:
        """With the place beside it when the reader is elsewhere."""
        if value is None:
            return ""
        said = locales.clock(value.time, reader.language)
        return said if value.zone == reader.zone.key else f"{said} {value.zone}"

    def cell(self, value: Clock | None, reader: Reader) -> Cell:
        """With the city alone beside it when the reader is elsewhere: "16:00 London"."""
        if value is None:
            return EMPTY
        said = locales.clock(value.time, reader.language)
        city = value.zone.rpartition("/")[2].replace("_", " ")
        return {"kind": "text", "text": said if value.zone == reader.zone.key else f"{said} {city}"}

    def to_input(self, value: Clock | None, reader: Reader) -> str:
        return f"{value.time:%H:%M}" if value else ""

    def condition(self) -> None:
        return None


def understand_time(raw: Any) -> dt.time:
    """A time of day from ISO text, to the minute."""
    try:
        found = dt.time.fromisoformat(raw.strip()) if isinstance(raw, str) else raw
    except ValueError:
        found = None
    if not isinstance(found, dt.time) or found.tzinfo is not None:
        raise invalid(_("Give a time such as 15:30."))
    return found.replace(second=0, microsecond=0)


class Time(Field):
    """A time of day in a zone that another field gives."""

    kind = "clock"
    widget = "time"

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, **options)
        self.sort_path = None

    @property
    def empty(self) -> Any:
        return None

    @property
    def nothing(self) -> str:
        """Without its name, which may be any word: "Start"."""
        return gettext("No time")

    def understand(self, raw: Any, reader: Reader) -> dt.time:
        return understand_time(raw)

    def json_schema(self) -> dict[str, Any]:
        return nullable(CLOCK_SCHEMA["properties"]["time"])  # type: ignore[index]

    def to_json(self, value: dt.time | None) -> Any:
        return f"{value:%H:%M}" if value is not None else None

    def from_json(self, stored: Any) -> dt.time | None:
        return dt.time.fromisoformat(stored) if stored else None

    def to_text(self, value: dt.time | None, reader: Reader) -> str:
        return locales.clock(value, reader.language) if value is not None else ""

    def condition(self) -> None:
        return None


class Repeats(Field):
    """How often something comes again: an RRULE in storage and in the API, plain words for people."""

    kind = "repetition"
    widget = "suggested"

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, sortable=False, **options)

    def understand(self, raw: Any, reader: Reader) -> str:
        if not isinstance(raw, str) or len(raw) > 200:
            raise invalid(_("Give text here."))
        try:
            return str(repetition_words.understand(raw)) if raw.strip() else ""
        except ValueError as error:
            raise invalid(str(error)) from error

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "description": "An RRULE; empty for once.", "examples": ["FREQ=WEEKLY;BYDAY=MO"]}

    def input_schema(self) -> dict[str, Any]:
        return nullable({"type": "string", "maxLength": 200, "examples": ["FREQ=WEEKLY", "every 2 weeks on Monday"]})

    def to_text(self, value: str, reader: Reader) -> str:
        return repetition_words.words_of(from_rrule(value), reader.language) if value else ""

    def to_input(self, value: str | None, reader: Reader) -> str:
        return self.to_text(value or "", reader)

    def cell(self, value: str, reader: Reader) -> Cell:
        return {"kind": "text", "text": self.to_text(value, reader)} if value else EMPTY

    def suggestions(self, reader: Reader) -> list[str]:
        """What most people want."""
        return [repetition_words.words_of(rule, reader.language) for rule in _presets()]

    def condition(self) -> ConditionField:
        return ConditionField(name=self.name, label=self.label, kind="text", path=self.path)


def _presets() -> Sequence[Repetition]:
    return repetition_words.PRESETS


class Reminders(Choices):
    """How long before a moment to remind: several of a fixed list, stored as the intent."""

    kind = "reminders"
