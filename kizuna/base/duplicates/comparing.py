"""How much two records have in common, aspect by aspect: the only place that says what "the same" means.

A **portrait** is what of a record tells it from another, folded for comparing. Each **aspect** of two portraits is
compared to a **level**, best first; an aspect that one of them lacks says nothing, neither for nor against.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from typing import TypeVar

import msgspec
from rapidfuzz.distance import JaroWinkler, Levenshtein

from kizuna.base.duplicates.nicknames import formal

Words = tuple[str, ...]
T = TypeVar("T")


class Place(msgspec.Struct, frozen=True, array_like=True):
    """A postal address, folded: street and house, city or district, postal code."""

    line: str = ""
    city: str = ""
    code: str = ""


class Portrait(msgspec.Struct, frozen=True, array_like=True):
    """`names` holds each way to write the name as its words, in alphabetical order; `born` is written 19081209.

    `keys` are those of `Resource.match_keys` (addresses, numbers, domains), as ("emails", "ann@x.example").
    """

    names: tuple[Words, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()
    born: str = ""
    places: tuple[Place, ...] = ()
    group: str = ""


LEVELS: dict[str, Sequence[str]] = {
    "name": ("rare", "same", "spelt", "alike", "short", "part", "other"),
    "key": ("same", "alike", "other"),
    "born": ("same", "slip", "other"),
    "place": ("same", "alike", "near", "other"),
    "group": ("same", "other"),
}
"""Aspects and their levels, best first. "rare" is a name that is the same and that hardly anybody else bears: only who
knows all names can tell (`scanning`)."""
RARE, SAME_NAME, DIFFERS = 0, 1, 5

SPELT, ALIKE, PART = 0.93, 0.84, 0.9
"""Likeness of whole names (a slip of the pen; perhaps the same), and of the one word that two names share."""
NICKNAME = 0.95
"""Likeness of a name and what it is short for."""
STREET, STREET_ALIKE = 0.92, 0.8
GOOGLE = ("@gmail.com", "@googlemail.com")
WHOLE_NUMBER = 8
"""Digits from which on the end of a number says whose it is."""
_NUMBER = re.compile(r"[0-9]+")
_HOUSE = re.compile(r"[0-9]+(?:[^0-9\s]{1,2}[0-9]+)*(?:丁目|番地?|号)?")
"""Numbers in a row, which are one: 3-14-2, 3丁目14番2号, 12/4."""

Levels = tuple[int | None, ...]
First = tuple[int | None, int | None]


def compare(one: Portrait, other: Portrait) -> Levels:
    """The level of each aspect, in the order of `LEVELS`; None where it cannot be told."""
    return compare_further(one, other, compare_first(one, other))


def compare_first(one: Portrait, other: Portrait) -> First:
    """The levels of name and birthday: where both differ nothing else makes two records one."""
    return _name(one.names, other.names), _born(one.born, other.born)


def compare_further(one: Portrait, other: Portrait, first: First) -> Levels:
    """All of them, of two whose first ones are known."""
    name, born = first
    return (
        name,
        _key(one.keys, other.keys),
        born,
        _place(one.places, other.places),
        (0 if one.group == other.group else 1) if one.group and other.group else None,
    )


def _name(ours: Sequence[Words], theirs: Sequence[Words]) -> int | None:
    if not ours or not theirs:
        return None
    if ours[0] == theirs[0]:
        return SAME_NAME
    sounds_alike = not set(ours).isdisjoint(theirs)
    is_exact = not _is_latin(ours[0]) and not _is_latin(theirs[0])
    in_one_way = _is_kana(ours[0]) == _is_kana(theirs[0])
    if is_exact and in_one_way:
        # 佐藤 is not 斎藤, however alike they are in Latin letters
        written = _words(ours[0], theirs[0])
        return min(2, written) if sounds_alike else written
    if sounds_alike:
        return SAME_NAME
    ways = [way for way in product(ours, theirs) if not (is_exact and any(map(_is_latin, way)))]
    return min(_words(one, other) for one, other in ways)


def _is_latin(words: Words) -> bool:
    return "".join(words).isascii()


def _is_kana(words: Words) -> bool:
    """Whether a name says no more than how it sounds, letter by letter: かたぎり is 片桐 as much as 片切."""
    return all("\u3040" <= letter <= "\u30ff" for word in words for letter in word)


@lru_cache(40_000)
def _words(one: Words, other: Words) -> int:
    """Names of different lengths (a middle name, a name left out) are held against each other word by word."""
    if _are_of_two_scripts(one, other):
        return 6
    shorter, longer = (one, other) if (len(one), one) <= (len(other), other) else (other, one)
    if len(shorter) == 1 < len(longer) and shorter[0] in run_together(longer):
        return SAME_NAME
    likeness = _counterparts(shorter, longer)
    has_rest = len(longer) > len(shorter)
    worst = min(likeness)
    if len(likeness) == 1 and has_rest:
        return 4 if worst >= PART else 6
    if worst >= SPELT:
        return 3 if has_rest else 2
    if worst >= ALIKE or _alike("".join(one), "".join(other)) >= SPELT:
        return 3
    return 5 if max(likeness) >= PART else 6


def _are_of_two_scripts(one: Words, other: Words) -> bool:
    """Whether one has Latin letters alone and the other a word in none of them: nothing of them is alike."""
    is_latin = "".join(one).isascii()
    return is_latin != "".join(other).isascii() and not any(map(str.isascii, other if is_latin else one))


def run_together(words: Words) -> list[str]:
    """A name of two words without the space between them, in either order, where people write it so: 片桐沙耶香."""
    return [] if len(words) != 2 or _is_latin(words) else ["".join(words), "".join(words[::-1])]


def _counterparts(shorter: Words, longer: Words) -> Sequence[float]:
    """How alike each word is to its counterpart; the most alike first, else one word takes the other's."""
    if len(shorter) == len(longer) == 2:  # most names
        (one, two), (three, four) = shorter, longer
        straight, crossed = (_alike(one, three), _alike(two, four)), (_alike(one, four), _alike(two, three))
        if max(straight) != max(crossed):
            return max(straight, crossed, key=max)
    each = product(enumerate(shorter), enumerate(longer))
    found = sorted([(_alike(word, other), word, other, at, place) for (at, word), (place, other) in each], reverse=True)
    likeness, taken, given = [], set[int](), set[int]()
    for alike, _word, _other, at, place in found:
        if at not in taken and place not in given:
            taken.add(at)
            given.add(place)
            likeness.append(alike)
    return likeness


def _alike(one: str, other: str) -> float:
    """1.0 is the same. Scripts of few letters to a name (田中, 김민수) allow no slip: one letter is another name."""
    if one == other:
        return 1.0
    if not one.isascii() or not other.isascii():
        return 0.0
    if formal(one) == formal(other):
        return NICKNAME
    if one.startswith(other) or other.startswith(one):
        return 0.9 if min(len(one), len(other)) > 2 else 0.85
    likeness = JaroWinkler.similarity(one, other)
    if Levenshtein.distance(one, other, score_cutoff=1) <= 1 and min(len(one), len(other)) > 3:
        return max(likeness, SPELT)
    return likeness


def _by_length(words: list[T]) -> tuple[int, list[T]]:
    """An order of its own, so that it makes no difference which of two comes first."""
    return len(words), words


def _key(ours: Sequence[tuple[str, str]], theirs: Sequence[tuple[str, str]]) -> int | None:
    """One address in common is enough; people have several, and change them."""
    kinds = {kind for kind, _value in ours} & {kind for kind, _value in theirs}
    if not kinds:
        return None
    if not set(ours).isdisjoint(theirs):
        return 0
    pairs = [(a, b) for kind, a in ours if kind in kinds for other, b in theirs if other == kind]
    return 1 if any(_slipped(a, b) for a, b in pairs) else 2


def key_levels(one: Portrait, other: Portrait) -> dict[str, int]:
    """The level of each kind of address or number that both have."""
    kinds = {kind for kind, _value in one.keys} & {kind for kind, _value in other.keys}
    of_kind = {kind: [[key for key in keys if key[0] == kind] for keys in (one.keys, other.keys)] for kind in kinds}
    levels = {kind: _key(ours, theirs) for kind, (ours, theirs) in of_kind.items()}
    return {kind: level for kind, level in levels.items() if level is not None}


def _slipped(one: str, other: str) -> bool:
    """Whether they differ by a slip of the pen, or reach the same place. Numbers in a row belong to neighbours, and
    are no slip; one without its country is the same."""
    if any(map(str.isalpha, one)) and any(map(str.isalpha, other)):
        return mailbox(one) == mailbox(other) or Levenshtein.distance(one, other, score_cutoff=1) <= 1
    shorter, longer = sorted((one.lstrip("+0"), other.lstrip("+0")), key=len)
    return len(shorter) >= WHOLE_NUMBER and longer.endswith(shorter)


@lru_cache(10_000)
def mailbox(address: str) -> str:
    """Where mail to this address arrives: without what stands after a +, and at Google without dots."""
    name, at, domain = address.partition("@")
    if not at:
        return address
    name = name.partition("+")[0] or name
    if at + domain in GOOGLE:
        name, domain = name.replace(".", ""), "gmail.com"
    return f"{name}@{domain}"


def _born(one: str, other: str) -> int | None:
    if not one or not other:
        return None
    if one == other:
        return 0
    is_swapped = one[:4] == other[:4] and one[4:6] == other[6:] and one[6:] == other[4:6]
    differing = sum(a != b for a, b in zip(one, other, strict=False))
    return 1 if is_swapped or differing == 1 or (differing == 2 and sorted(one) == sorted(other)) else 2


def _place(ours: Sequence[Place], theirs: Sequence[Place]) -> int | None:
    levels = [level for one in ours for other in theirs if (level := _places(one, other)) is not None]
    return min(levels, default=None)


def _places(one: Place, other: Place) -> int | None:
    street = _street(one.line, other.line) if one.line and other.line else None
    city = _alike(one.city, other.city) if one.city and other.city else None
    code = one.code == other.code if one.code and other.code else None
    if street is None and code is None and city is None:
        return None
    is_near = bool(code) or (city or 0) >= SPELT
    if street is not None and street >= STREET and (is_near or city is None):
        return 0
    if street is not None and (street >= STREET or (street >= STREET_ALIKE and is_near)):
        return 1
    return 2 if is_near else 3


def _street(one: str, other: str) -> float:
    """Likeness of streets. Another house is another place, however alike the numbers are: 3 is not 30."""
    if one == other:
        return 1.0
    ours, theirs = _houses(one), _houses(other)
    if ours and theirs and not _are_one_house(ours, theirs):
        return 0.0
    return _lines(" ".join(_HOUSE.sub(" ", one).split()), " ".join(_HOUSE.sub(" ", other).split()))


def _houses(line: str) -> list[Words]:
    return [tuple(_NUMBER.findall(row)) for row in _HOUSE.findall(line)]


def _are_one_house(ours: list[Words], theirs: list[Words]) -> bool:
    """Whether one says no number that the other does not: people leave out the flat, not a part of the house."""
    shorter, longer = sorted((ours, theirs), key=_by_length)
    return all(any(_is_part(row, other) or _is_part(other, row) for other in longer) for row in shorter)


def _is_part(row: Words, of: Words) -> bool:
    """Whether numbers in a row begin or end another one: 3-14 is of 3-14-2, and 4 of 12/4, but 3-2 is not."""
    return row in (of[: len(row)], of[-len(row) :])


def _lines(one: str, other: str) -> float:
    """The share of words that both have, slips allowed, whichever part is written first."""
    if one == other:
        return 1.0
    if not one or not other:
        return 0.0
    whole = JaroWinkler.similarity(one, other)
    if not one.isascii() or not other.isascii():
        return whole
    ours, theirs = sorted((one.split(), other.split()), key=_by_length)
    likeness = [max(JaroWinkler.similarity(word, candidate) for candidate in theirs) for word in ours]
    return max(whole, sum(likeness) / len(likeness) - 0.04 * (len(theirs) - len(ours)))
