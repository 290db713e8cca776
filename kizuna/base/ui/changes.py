"""History entries in words: what happened, and each changed field before and after as the reader reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from django.utils.translation import gettext as _

from kizuna.base.bulk.queries import titles_with_trash
from kizuna.base.events import Event
from kizuna.base.identity import SYSTEM
from kizuna.base.records.history import Entry
from kizuna.base.resources import registry
from kizuna.base.resources.fields import Relation
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.types.names import not_of_somebody


def door(via: str) -> str:
    """Through which door a change came, in words."""
    doors = {
        "web": _("in Kizuna"),
        "api": _("over the API"),
        "import": _("by an import"),
        "export": _("in Kizuna"),
        "command": _("from the command line"),
        "job": _("by a job"),
        "rule": _("by a rule"),
        "system": _("by Kizuna"),
    }
    return doors.get(via, via)


def sentence(phrase: Any, who: str, /, **words: Any) -> dict[str, str]:
    """A sentence about somebody, with the words before and after the name apart, so that the name can stand out; one
    that names nobody is told as it is."""
    before, place, after = (str(phrase) % {**words, "who": "\0"}).partition("\0")
    if who == SYSTEM.name:
        after = not_of_somebody(after)
    return {"before": before, "who": who if place else "", "after": after}


class Told(Protocol):
    """Whatever has changes: {"field": (before, after)}, in JSON form."""

    @property
    def changes(self) -> Mapping[str, Sequence[Any]]: ...


class Differences:
    """The changes of several entries together, so that titles of related records are looked up once per field."""

    def __init__(self, reader: Reader, resource: Resource, entries: Sequence[Told]) -> None:
        self.reader, self.resource = reader, resource
        self._titles: dict[str, dict[int, str]] = {}
        for name, field in resource.fields.items():
            if isinstance(field, Relation):
                ids = {value for entry in entries for value in entry.changes.get(name, ()) if isinstance(value, int)}
                if ids:
                    self._titles[name] = dict(field.titles(reader.actor, sorted(ids)))
        self._doers = _doers(reader, entries)

    def sentence(self, entry: Entry, who: str) -> dict[str, str]:
        """What happened, as a sentence in the reader's language; see `sentence`."""
        plain = {
            "records.RecordsCreated": _("%(who)s added this"),
            "records.RecordsDeleted": _("%(who)s put this in the trash"),
            "records.RecordsRestored": _("%(who)s brought this back from the trash"),
        }
        event = Event.named(entry.name)
        phrase = plain.get(entry.name) or _phrase(event, entry)
        if doer := self._doers.get(_doer(entry), ""):
            return sentence(event.phrase_of(entry.data) if event else phrase, doer, **entry.data)
        if phrase:
            return sentence(phrase, who, **entry.data)
        labels = [self.resource.fields[name].label for name in entry.changes if name in self.resource.fields]
        if not labels:
            return sentence(_("%(who)s changed hidden fields"), who)
        return sentence(_("%(who)s changed %(fields)s"), who, fields=self.reader.listed(labels))

    def of(self, entry: Told) -> list[dict[str, Any]]:
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
            if isinstance(value, str):
                return value  # of an import: a record that is not there yet
            return self._titles.get(name, {}).get(value, "") if value is not None else ""
        return field.to_text(field.from_json(value), self.reader)


def _phrase(event: type[Event] | None, entry: Entry) -> Any:
    """What an event says of itself; where a record did it, what names nobody."""
    if event is None:
        return ""
    return event.phrase if event.done_by else event.phrase_of(entry.data)


def _doer(entry: Told) -> tuple[str, int] | None:
    """The record that did it, where it was no user."""
    event = Event.named(entry.name) if isinstance(entry, Entry) else None
    if not isinstance(entry, Entry) or event is None or event.done_by is None:
        return None
    kind, name = event.done_by
    return kind, entry.data[name]


def _doers(reader: Reader, entries: Sequence[Told]) -> dict[tuple[str, int] | None, str]:
    """What those are called whom the reader sees, also when they are in the trash; one query for each kind."""
    by_kind: dict[str, set[int]] = {}
    for kind, pk in filter(None, map(_doer, entries)):
        by_kind.setdefault(kind, set()).add(pk)
    found: dict[tuple[str, int] | None, str] = {}
    for kind, ids in by_kind.items():
        titles = titles_with_trash(reader.actor, registry.get(kind), ids)
        found |= {(kind, pk): title for pk, title in titles.items()}
    return found
