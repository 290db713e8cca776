"""History entries in words: what happened, and each changed field before and after as the reader reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from kizuna.base.events import Event
from kizuna.base.records.history import Entry
from kizuna.base.resources.fields import Relation
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource


def door(via: str) -> str:
    """Through which door a change came, in words."""
    doors = {
        "web": _("in Kizuna"),
        "api": _("over the API"),
        "import": _("by an import"),
        "command": _("from the command line"),
        "job": _("by a job"),
        "rule": _("by a rule"),
        "system": _("by Kizuna"),
    }
    return doors.get(via, via)


class Differences:
    """The changes of several entries together, so that titles of related records are looked up once per field."""

    def __init__(self, reader: Reader, resource: Resource, entries: Sequence[Entry]) -> None:
        self.reader, self.resource = reader, resource
        self._titles: dict[str, dict[int, str]] = {}
        for name, field in resource.fields.items():
            if isinstance(field, Relation):
                ids = {value for entry in entries for value in entry.changes.get(name, ()) if isinstance(value, int)}
                if ids:
                    self._titles[name] = dict(field.titles(reader.actor, sorted(ids)))

    def words(self, entry: Entry) -> str:
        """What happened, as the rest of a sentence that begins with who did it."""
        plain = {
            "records.RecordsCreated": _("added this"),
            "records.RecordsDeleted": _("put this in the trash"),
            "records.RecordsRestored": _("brought this back from the trash"),
        }
        if entry.name in plain:
            return plain[entry.name]
        if entry.name == "records.RecordsUpdated":
            names = [str(self.resource.fields[name].label) for name in entry.changes if name in self.resource.fields]
            return _("changed %(fields)s") % {"fields": ", ".join(names)} if names else _("changed hidden fields")
        event = Event.named(entry.name)
        phrase = getattr(event, "phrase", "")
        return str(phrase or entry.name)

    def of(self, entry: Entry) -> list[dict[str, Any]]:
        """One {label, before, after} per field; texts are "" where there was nothing."""
        return [
            {
                "name": name,
                "label": self.resource.fields[name].label,
                "before": self._text(name, before),
                "after": self._text(name, after),
            }
            for name, (before, after) in entry.changes.items()
            if name in self.resource.fields
        ]

    def _text(self, name: str, value: Any) -> str:
        field = self.resource.fields[name]
        if isinstance(field, Relation):
            return self._titles.get(name, {}).get(value, "") if value is not None else ""
        return field.to_text(field.from_json(value), self.reader)
