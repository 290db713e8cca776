"""One open page: what it watches, what it is still to be told. What it has not read yet is merged, never queued."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kizuna.base.identity.models import User
from kizuna.base.live.log import Place
from kizuna.base.live.watching import Watch

MOST_NEW = 200
"""New records that are named, and changed ones that no page shows; beyond, a page only hears that there are more."""


@dataclass
class Change:
    """What a page is told: ids by kind of record. Two of them merge into one that says all."""

    changed: dict[str, set[int]] = field(default_factory=dict)
    gone: dict[str, set[int]] = field(default_factory=dict)
    new: dict[str, set[int]] = field(default_factory=dict)
    more: set[str] = field(default_factory=set)
    related: set[str] = field(default_factory=set)
    by: dict[str, Any] = field(default_factory=dict)
    """Who changed the record of the page last: {name, mine, event}."""
    bell: bool = False
    """What waits for the person in the bell is more or less than before."""
    reload: bool = False

    def __bool__(self) -> bool:
        return bool(self.changed or self.gone or self.new or self.more or self.related or self.bell or self.reload)

    def add(self, other: Change) -> None:
        for mine, theirs in ((self.changed, other.changed), (self.gone, other.gone), (self.new, other.new)):
            for key, ids in theirs.items():
                mine[key] = mine.get(key, set()) | ids
        for key, ids in self.new.items():
            if len(ids) > MOST_NEW:
                self.new[key] = set(sorted(ids)[:MOST_NEW])
                self.more.add(key)
        self.more |= other.more
        self.related |= other.related
        self.by = other.by or self.by
        self.bell = self.bell or other.bell
        self.reload = self.reload or other.reload

    def message(self) -> dict[str, Any]:
        """As JSON; what is empty is left out."""
        lists = {"changed": _sorted(self.changed), "gone": _sorted(self.gone), "new": _sorted(self.new)}
        rest = {"more": sorted(self.more), "related": sorted(self.related), "by": self.by}
        signs = {"bell": self.bell, "reload": self.reload}
        return {name: value for name, value in (lists | rest | signs).items() if value}


def _sorted(ids: Mapping[str, Iterable[int]]) -> dict[str, list[int]]:
    return {key: sorted(some) for key, some in ids.items() if some}


class Stream:
    """The server's end of an open page. Belongs to the event loop; other threads only read `user`, `watch`, `seen`."""

    def __init__(self, user: User, session_key: str, watch: Watch, seen: dict[str, set[int]]) -> None:
        self.user, self.session_key, self.watch = user, session_key, watch
        self.seen = seen
        """Rows on the screen that the person may read: nothing is ever said of others."""
        self.place = Place()
        self.is_over = False
        self.ready = asyncio.Event()
        self._change = Change()
        self._people: list[dict[str, Any]] = []
        self._told_people: list[dict[str, Any]] = []

    @property
    def has_record(self) -> bool:
        """Whether its page shows a record that the person may read."""
        record = self.watch.record
        return record is not None and record[1] in self.seen.get(record[0], ())

    def tell(self, change: Change) -> None:
        for key, ids in change.gone.items():
            self.seen[key] = self.seen.get(key, set()) - ids
        self._change.add(change)
        self.ready.set()

    def show_people(self, people: list[dict[str, Any]]) -> None:
        """Who else has the record open; said when it differs from what was said last."""
        self._people = people
        if people != self._told_people:
            self.ready.set()

    def end(self) -> None:
        self.is_over = True
        self.ready.set()

    def take(self) -> bytes:
        """Everything to be said now, as text of the stream; at least how far it has come in the log."""
        change, self._change = self._change, Change()
        self.ready.clear()
        said = []
        if self._people != self._told_people:
            self._told_people = self._people
            said.append(_event("people", self._people))
        if change:
            said.append(_event("change", change.message()))
        said.append(f"id: {self.place}\n{_event('at', 1)}")
        return "".join(said).encode()


def _event(name: str, data: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"
