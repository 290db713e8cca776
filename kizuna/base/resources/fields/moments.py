"""Days and moments."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kizuna.base.resources.fields.base import EMPTY, Cell, Field, invalid, nullable
from kizuna.base.resources.reader import Reader
from kizuna.base.types import days


def understand_day(raw: Any) -> dt.date:
    """A day as `types.days` finds it: ISO text, the year first, or a Japanese era."""
    if isinstance(raw, dt.datetime) or not isinstance(raw, (str, dt.date)):
        raise invalid(_("Give a day such as 2026-11-20."))
    if isinstance(raw, dt.date):
        return raw
    found = days.find(raw)
    if found is None:
        raise invalid(_("Give a day such as 2026-11-20."))
    return found


class Day(Field):
    """A calendar day without a zone."""

    kind = "date"
    widget = "date"

    @property
    def empty(self) -> Any:
        return None

    @property
    def nothing(self) -> str:
        """Whatever it is called, a date is missing: "No valid from" would say nothing."""
        return gettext("No date")

    def understand(self, raw: Any, reader: Reader) -> dt.date:
        return understand_day(raw)

    def json_schema(self) -> dict[str, Any]:
        return nullable({"type": "string", "format": "date", "examples": ["2026-11-20"]})

    def to_json(self, value: dt.date | None) -> Any:
        return value.isoformat() if value else None

    def from_json(self, stored: str | None) -> dt.date | None:
        return dt.date.fromisoformat(stored) if stored else None

    def to_text(self, value: dt.date | None, reader: Reader) -> str:
        return reader.day(value) if value else ""

    def cell(self, value: dt.date | None, reader: Reader) -> Cell:
        if value is None:
            return EMPTY
        return {"kind": "date", "text": reader.day(value), "iso": value.isoformat(), "late": value < reader.today}


class Moment(Field):
    """An instant; stored in UTC, shown and typed in the reader's zone."""

    kind = "moment"
    widget = "moment"

    @property
    def empty(self) -> Any:
        return None

    @property
    def nothing(self) -> str:
        """As for a day: what is called "Completed" is no noun either."""
        return gettext("No date")

    def understand(self, raw: Any, reader: Reader) -> dt.datetime:
        try:
            found = parse_datetime(raw) if isinstance(raw, str) else raw
        except ValueError:
            found = None
        if not isinstance(found, dt.datetime):
            raise invalid(_("Give a day and time such as 2026-11-20T15:30."))
        found = found if found.tzinfo else found.replace(tzinfo=reader.zone)
        if not 1 < found.year < 9999:  # at the edges of the calendar it could not be shown in another zone
            raise invalid(_("This is too far away."))
        return found

    def json_schema(self) -> dict[str, Any]:
        return nullable({"type": "string", "format": "date-time", "examples": ["2026-11-20T06:30:00Z"]})

    def to_json(self, value: dt.datetime | None) -> Any:
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z") if value else None

    def from_json(self, stored: str | None) -> dt.datetime | None:
        return dt.datetime.fromisoformat(stored) if stored else None

    def to_text(self, value: dt.datetime | None, reader: Reader) -> str:
        return reader.full_moment(value) if value else ""

    def to_input(self, value: dt.datetime | None, reader: Reader) -> str:
        return value.astimezone(reader.zone).strftime("%Y-%m-%dT%H:%M") if value else ""

    def cell(self, value: dt.datetime | None, reader: Reader) -> Cell:
        if value is None:
            return EMPTY
        return {
            "kind": "moment",
            "text": reader.day_and_time(value) if self.editable else reader.moment(value),
            "iso": value.isoformat(),
            "title": reader.full_moment(value),
        }
