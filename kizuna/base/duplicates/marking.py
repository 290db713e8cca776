"""Every record whose duplicates matter is marked in the index of search, in the transaction that writes it.

Marks are fewer than `blocking.blocks`, for every import pays for them: the sound of the whole name, the date of birth,
and the place with the letters that the name begins with. Three or four a record; FEBRL's F1 falls by 0.006.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import combinations
from operator import attrgetter
from typing import Any

from kizuna.base.duplicates.blocking import sound
from kizuna.base.duplicates.comparing import GOOGLE, Portrait, mailbox, run_together
from kizuna.base.duplicates.portraits import FEW, PERSON, Painter, of_person, of_thing
from kizuna.base.resources.fields import Field, FullName, Points
from kizuna.base.resources.resource import Resource
from kizuna.base.search import marks
from kizuna.base.search.lexemes import safe
from kizuna.base.search.marks import Marker
from kizuna.base.types import text

FEW_WORDS = 4
MOST_LETTERS = 8
"""Of a name in one word that may be two."""
Read = Callable[[Any], Any]
Named = tuple[tuple[str, ...], str]
"""Marks of a name, and the letters that its words begin with."""


def is_resolved(resource: Resource) -> bool:
    """Whether records of this kind are looked for when another one is to be made."""
    return resource.has_trash and (resource.mergeable or bool(resource.match_keys))


@marks.register
def marker_of(resource: Resource) -> Marker | None:
    if not is_resolved(resource):
        return None
    marking = Marking(Painter(resource))
    return Marker(marking.of, marking.paths)


class Marking:
    """Reads one resource's records, those of its columns alone. This runs for every row of an import."""

    def __init__(self, painter: Painter) -> None:
        self.paths: list[str] = []
        self._name: Read | None = None
        self._named: Callable[..., Named] = _thing
        title = painter.title
        if isinstance(title, FullName):
            self._name, self._named = self._reader(*PERSON), _person
        elif title is not None and not any("__" in path for path in painter.thing):
            self._name = self._reader(*painter.thing)
        self._born = self._column(painter.compared.get("born"))
        self._places = self._column(painter.compared.get("place"))
        self._boxes = [
            (field.name, self._reader(field.name))
            for field in painter.keys
            if isinstance(field, Points) and field.point_kind == "email" and field.paths == (field.name,)
        ]

    def _reader(self, *columns: str) -> Read:
        self.paths += columns
        return attrgetter(*columns)

    def _column(self, field: Field | None) -> Read | None:
        return self._reader(field.name) if field is not None and field.paths == (field.name,) else None

    def of(self, record: Any) -> list[str]:
        found: list[str] = []
        initials = ""
        if self._name is not None:
            named = self._name(record)
            known, initials = self._named(*named) if isinstance(named, tuple) else self._named(named)
            found += known
        day = self._born(record) if self._born is not None else None
        if day:
            found.append(f"b{day.isoformat()}")
        for point in (self._places(record) or ()) if self._places is not None and initials else ():
            place = _place(point.get("postal_code") or "", point.get("city") or "")
            if place:
                found.append(f"q{place}:{initials}")
        for name, read in self._boxes:
            for point in read(record) or ():
                key = point.get("key", "")
                if "+" in key or key.endswith(GOOGLE):
                    found.append(_box(name, key))
        return found


def sought(marking: Marking, record: Any, portrait: Portrait) -> Iterator[str]:
    """The marks of records that may be the same as one that is at hand: its own, and what slips make of them."""
    yield from marking.of(record)
    yield from (_box(kind, key) for kind, key in portrait.keys if "@" in key)
    for words in portrait.names[:1]:
        yield from _spaced_otherwise(words)
    year, month, day = portrait.born[:4], portrait.born[4:6], portrait.born[6:]
    if day <= "12" and day != month:
        yield f"b{year}-{day}-{month}"


def _spaced_otherwise(words: tuple[str, ...]) -> Iterator[str]:
    """Marks of a name of East Asia that others write with a space, or without one: 片桐沙耶香, 片桐 沙耶香."""
    for whole in run_together(words):
        yield from _whole((whole,))
    if len(words) == 1 and not words[0].isascii() and len(words[0]) <= MOST_LETTERS:
        for place in range(1, len(words[0])):
            yield from _whole((words[0][:place], words[0][place:]))


@lru_cache(FEW)
def _person(*parts: str) -> Named:
    return _name(of_person(*parts))


@lru_cache(FEW)
def _thing(name: str, reading: str = "") -> Named:
    return _name(of_thing(name or "", reading or ""))


def _name(ways: tuple[tuple[str, ...], ...]) -> Named:
    """Without the reading in kana, where its sound in Latin letters is known as well."""
    if not ways:
        return (), ""
    found = _whole(ways[0])
    if len(ways) > 1:
        found += _whole(ways[-1])
    return tuple(dict.fromkeys(found)), safe("".join([word[0] for word in ways[-1]]))


def _whole(words: tuple[str, ...]) -> list[str]:
    """All words of a name, and every two of few: people leave middle names out."""
    sounds = sorted(map(sound, words))
    found = ["s" + safe("_".join(sounds))]
    if 2 < len(sounds) <= FEW_WORDS:
        found += ["s" + safe(f"{one}_{other}") for one, other in combinations(sounds, 2)]
    return found


@lru_cache(20_000)
def _place(code: str, city: str) -> str:
    """The postal code, else the city."""
    return safe("".join(filter(str.isalnum, code)).lower() or text.fold(city))


def _box(field: str, address: str) -> str:
    return f"e{field}:{safe(mailbox(address))}"
