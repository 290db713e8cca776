"""Who has which record open: here, and on other servers as they say it.

A process says {"from": its name, "here": {"book:7": [[user, name, editing], …]}} when that changes, where an empty list
is "nobody any more"; with every beat it says all, "whole". "hello" asks the others for that, "bye" takes back what one
said.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from kizuna.base.live.watching import Record
from kizuna.base.types.numbers import whole

LONGEST_NAME = 200

Message = dict[str, Any]


class Guest(NamedTuple):
    """A person with the record open, once, however many tabs."""

    user_id: int
    name: str
    is_editing: bool


def together(*groups: Iterable[Guest]) -> dict[int, Guest]:
    """Each person once; editing when they edit anywhere."""
    found: dict[int, Guest] = {}
    for group in groups:
        for guest in group:
            known = found.get(guest.user_id, guest)
            found[guest.user_id] = guest._replace(is_editing=guest.is_editing or known.is_editing)
    return found


class Elsewhere:
    """What other processes said, and when; who falls silent is forgotten."""

    def __init__(self) -> None:
        self._here: dict[Record, dict[str, list[Guest]]] = defaultdict(dict)
        self._heard: dict[str, float] = {}

    def guests(self, record: Record) -> list[Guest]:
        return [guest for some in self._here.get(record, {}).values() for guest in some]

    def hear(self, message: Message) -> set[Record]:
        """Take in what somebody said; the records of which it changed something."""
        who = message.get("from")
        if not isinstance(who, str):
            return set()
        if "bye" in message:
            return self._forget(who)
        self._heard[who] = time.monotonic()
        here = message.get("here")
        told: dict[Record, list[Guest]] = {}
        if "whole" in message:
            told = {record: [] for record, by_process in self._here.items() if who in by_process}
        for word, people in here.items() if isinstance(here, dict) else ():
            if record := _record(word):
                told[record] = _guests(people)
        changed = {record for record, guests in told.items() if self._here.get(record, {}).get(who, []) != guests}
        for record in changed:
            self._put(record, who, told[record])
        return changed

    def forget_silent(self, seconds: float) -> set[Record]:
        """Processes that have said nothing for so long are gone."""
        limit = time.monotonic() - seconds
        silent = [who for who, at in self._heard.items() if at < limit]
        return set().union(*(self._forget(who) for who in silent))

    def _forget(self, who: str) -> set[Record]:
        self._heard.pop(who, None)
        changed = {record for record, by_process in self._here.items() if who in by_process}
        for record in changed:
            self._put(record, who, [])
        return changed

    def _put(self, record: Record, who: str, guests: list[Guest]) -> None:
        by_process = self._here[record]
        if guests:
            by_process[who] = guests
        else:
            by_process.pop(who, None)
        if not by_process:
            del self._here[record]


def said(who: str, here: Mapping[Record, Iterable[Guest]], *, is_whole: bool = False) -> Message:
    told = {f"{key}:{number}": [list(guest) for guest in guests] for (key, number), guests in here.items()}
    return {"from": who, "here": told} | ({"whole": True} if is_whole else {})


def _record(word: Any) -> Record | None:
    key, _colon, number = str(word).partition(":")
    pk = whole(number)
    return None if pk is None else (key, pk)


def _guests(people: Any) -> list[Guest]:
    """What is no list of people is nobody."""
    found = []
    for one in people if isinstance(people, list) else ():
        match one:
            case [int(user_id), str(name), bool(is_editing)]:
                found.append(Guest(user_id, name[:LONGEST_NAME], is_editing))
    return found
