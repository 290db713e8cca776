"""What somebody asked a timeline for: kinds of entries, words, people, a period; and where its next page begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from kizuna.base.resources.fields import Choice, Relation
from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Invalid
from kizuna.base.types.numbers import whole
from kizuna.base.ui import controls

WHO, SINCE, UNTIL, WORDS = "who", "since", "until", "q"
CHANGES = "!"
"""Stands for the trace of changes where kinds of entries are put in order: after all others of one moment."""


@dataclass(frozen=True)
class Place:
    """Where a page begins: before the entry of this kind with this number, at this moment. Without a kind, before the
    moment."""

    at: dt.datetime
    kind: str = ""
    pk: int = 0

    @classmethod
    def parse(cls, text: str | None) -> Place | None:
        """Raises Invalid for what is no moment with a zone, perhaps with a kind and a number behind it."""
        if not text:
            return None
        moment, _bar, rest = text.partition("|")
        kind, _bar, number = rest.partition("|")
        try:
            at = parse_datetime(moment)
        except ValueError:
            at = None
        pk = whole(number) if rest else 0
        if at is None or at.tzinfo is None or pk is None:
            raise Invalid({"before": [_("Give a moment with its zone.")]})
        return cls(at, kind, pk)

    def __str__(self) -> str:
        return f"{self.at.isoformat()}|{self.kind}|{self.pk}"

    def before(self, path: str, kind: str, pk_path: str = "pk") -> Q:
        """The rows of a kind that come after this place: nothing is shown twice, nothing of one moment is lost."""
        if kind > self.kind:
            return Q(**{f"{path}__lt": self.at})
        rows = Q(**{f"{path}__lte": self.at})
        if kind == self.kind:
            rows &= Q(**{f"{path}__lt": self.at}) | Q(**{f"{pk_path}__lt": self.pk})
        return rows

    @property
    def moment_of_changes(self) -> dt.datetime:
        """Before which changes come."""
        return self.at if self.kind in ("", CHANGES) else self.at + dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class Asked:
    """`show` is the key of one kind of entry, "changes" for the trace alone, "" for everything; `chosen` are the values
    of facets."""

    show: str = ""
    words: str = ""
    who: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    chosen: Mapping[str, str] = field(default_factory=dict)
    place: Place | None = None

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> Asked:
        """Raises Invalid for a place that cannot be read; whatever else makes no sense is passed over."""
        who = given.get(WHO, "")
        known = {"show", WORDS, WHO, SINCE, UNTIL, "before"}
        return cls(
            show=given.get("show", ""),
            words=given.get(WORDS, "").strip()[:200],
            who=whole(who),
            since=_day(given.get(SINCE, "")),
            until=_day(given.get(UNTIL, "")),
            chosen={name: str(value)[:40] for name, value in given.items() if value and name not in known},
            place=Place.parse(given.get("before")),
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.who or self.since or self.until or self.chosen)

    @property
    def leaves_changes_out(self) -> bool:
        """The trace of changes has neither words nor people to be asked for: all of it is in the history."""
        return bool(self.words or self.who or self.chosen)

    def query(self, **changes: str) -> str:
        """The query string of this, without the place."""
        said: dict[str, Any] = {
            "show": self.show,
            WORDS: self.words,
            WHO: self.who or "",
            SINCE: self.since.isoformat() if self.since else "",
            UNTIL: self.until.isoformat() if self.until else "",
            **self.chosen,
        } | changes
        return urlencode({name: value for name, value in said.items() if value})

    def period(self, path: str, reader: Reader) -> Q:
        """Rows within the days asked for, as the reader's calendar has them."""
        found = Q()
        if self.since:
            found &= Q(**{f"{path}__gte": _start(self.since, reader)})
        if self.until and self.until < dt.date.max:
            found &= Q(**{f"{path}__lt": _start(self.until + dt.timedelta(days=1), reader)})
        return found

    def holds(self, at: dt.datetime, reader: Reader) -> bool:
        day = at.astimezone(reader.zone).date()
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)

    def newest(self, reader: Reader) -> dt.datetime | None:
        """The moment before which changes are asked for."""
        ends = _start(self.until + dt.timedelta(days=1), reader) if self.until and self.until < dt.date.max else None
        place = self.place.moment_of_changes if self.place else None
        return min((one for one in (ends, place) if one), default=None)


def _day(text: str) -> dt.date | None:
    try:
        found = parse_date(text[:10])
    except ValueError:
        return None
    return found if found and 1 < found.year < 9999 else None


def _start(day: dt.date, reader: Reader) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), reader.zone)


def facets_of(entries: Sequence[Any], actor: Any) -> dict[str, Choice]:
    """The fields with choices by which this person may narrow a timeline of these kinds of entries."""
    found: dict[str, Choice] = {}
    for one in entries:
        readable = one.resource.readable_fields(actor) if one.entry.facets else {}
        found |= {name: readable[name] for name in one.entry.facets if isinstance(readable.get(name), Choice)}
    return found


def narrowing(asked: Asked) -> dict[str, Any]:
    """What narrows a timeline; `on` says that some of it is in use. Controls beside the words come where they are."""
    return {"words": asked.words, "fields": [], "on": asked.is_narrowed, "show": asked.show}


def narrowing_fields(
    asked: Asked, facets: Mapping[str, Choice], people: Relation | None, actor: Any
) -> list[dict[str, Any]]:
    """The controls that narrow a timeline beside the words: facets, who, and a period."""
    fields = []
    for name, facet in facets.items():
        choices = [
            {"value": code, "label": label, "selected": code == asked.chosen.get(name)} for code, label in facet.choices
        ]
        empty = {"value": "", "label": _("Any"), "selected": name not in asked.chosen}
        fields.append(
            {"name": name, "id": f"asked-{name}", "label": facet.label, "kind": "choice", "choices": [empty, *choices]}
        )
    if people is not None:
        who = controls.control(people, asked.who, actor)
        fields.append(
            who | {"name": WHO, "id": "asked-who", "label": _("Who"), "required": False, "help": "", "half": True}
        )
    for name, label, day in ((SINCE, _("From"), asked.since), (UNTIL, _("To"), asked.until)):
        value = day.isoformat() if day else ""
        fields.append({"name": name, "id": f"asked-{name}", "label": label, "kind": "date", "value": value})
    return [one | {"half": True} for one in fields]
