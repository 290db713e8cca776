"""Records as cards of boards and calendars: the name, a line beneath it, up to four fields, and whether it is late."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import ngettext

from kizuna.base.resources.derive import DERIVED_MOMENTS
from kizuna.base.resources.fields import Cell, Field, Relation
from kizuna.base.resources.table import Row
from kizuna.base.ui.listing import Listing

MOST_FIELDS = 4


class Cards:
    """Draws rows of a listing as cards; `columns` is what a table has to select for them.

    `without` names fields that the place of the card tells already.
    """

    def __init__(self, listing: Listing, *, without: tuple[str, ...], further: tuple[Field, ...] = ()) -> None:
        resource = listing.resource
        readable = resource.readable_fields(listing.actor)
        self.resource, self.reader = resource, listing.reader
        self.title = readable.get(resource.title)
        self.due, self.rots = readable.get(resource.due), readable.get(resource.rots)
        self.subtitle = [readable[name] for name in resource.subtitle if name in readable and name not in without]
        chosen = [name for name in listing.value("columns").split(",") if name]
        asked = chosen or resource.columns
        left_out = {resource.title, *without, *(() if chosen else (*resource.subtitle, *DERIVED_MOMENTS))}
        names = [name for name in dict.fromkeys(asked) if name in readable and name not in left_out]
        self.fields = [readable[name] for name in names[:MOST_FIELDS]]
        told = [self.title, self.due, self.rots, *self.subtitle, *self.fields, *further]
        self.columns = list({field.name: field for field in told if field is not None}.values())

    def values(self, row: Row) -> dict[str, Any]:
        return dict(zip([field.name for field in self.columns], row.values, strict=True))

    def draw(self, row: Row) -> dict[str, Any]:
        """What `ui/parts/card.html` needs under `card`."""
        values = self.values(row)
        late = self.late(values)
        title = self.title.cell(values[self.title.name], self.reader) if self.title else {}
        cells = [
            (field, field.cell(values[field.name], self.reader))
            for field in self.fields
            if not (late and field is self.due)
        ]
        people = [cell for field, cell in cells if _is_person(field, cell)]
        return {
            "id": str(row.id),
            "version": str(row.version),
            "url": self.resource.record_url(row.id),
            "title": title.get("text") or f"#{row.id}",
            "lang": title.get("lang", ""),
            "reading": title.get("reading", ""),
            "subtitle": self._subtitle(values),
            "bits": [self._bit(field, cell) for field, cell in cells if _says(cell) and not _is_person(field, cell)],
            "person": people[0] if people else None,
            "late": late,
            "rotting": "" if late else self.rotting(values),
        }

    def _subtitle(self, values: dict[str, Any]) -> str:
        cells = [field.cell(values[field.name], self.reader) for field in self.subtitle]
        return self.reader.listed(cell["text"] for cell in cells if cell.get("text") and not cell.get("hidden"))

    def _bit(self, field: Field, cell: Cell) -> dict[str, Any]:
        tags = cell.get("tags", [])
        words = str(field.label) if field.kind == "boolean" else cell.get("text", "")
        return {
            "label": field.label,
            "text": tags[0]["text"] if tags else words,
            "tint": tags[0]["tint"] if tags else "",
            "more": cell.get("more", ""),
            "lang": cell.get("lang", ""),
            "strong": field.kind == "money",
        }

    def rotting(self, values: dict[str, Any]) -> str:
        """For how long it has stood still for too long, in words; "" when it has not."""
        day = values.get(self.rots.name) if self.rots else None
        days = (self.reader.today - day).days + 1 if day else 0
        return (
            ngettext("Rotting for %(count)d day", "Rotting for %(count)d days", days) % {"count": days}
            if days > 0
            else ""
        )

    def late(self, values: dict[str, Any]) -> str:
        """How long ago it should have been done, in words; "" when it is not late."""
        day = values.get(self.due.name) if self.due else None
        if day is None:
            return ""
        if isinstance(day, dt.datetime):
            day = day.astimezone(self.reader.zone).date()
        days = (self.reader.today - day).days
        return ngettext("%(count)d day overdue", "%(count)d days overdue", days) % {"count": days} if days > 0 else ""


def _says(cell: Cell) -> bool:
    if cell["kind"] == "boolean":
        return bool(cell["on"])
    return not cell.get("hidden") and bool(cell.get("text") or cell.get("tags"))


def _is_person(field: Field, cell: Cell) -> bool:
    """A colleague, who is shown by initials."""
    return isinstance(field, Relation) and field.target_key == "user" and _says(cell)
