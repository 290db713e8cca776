"""Questions put to the index: the best few records of each kind, fast however many match.

A word that many records have is found among the newest ones at once; a rare word is found by the index at once. Which
of the two it is shows a look at a few hundred rows, so the time depends neither on the database's statistics nor on the
number of matches:

1. Look at the newest rows. Where there are no more rows than that, everything is found. Otherwise the newest may be
   others than the rest, of an import perhaps: PostgreSQL looks at a few rows here and there among the rest as well. For
   somebody who sees only certain owners' records it is also seen how many of the rows are theirs; where these are few
   and the word is not, all of theirs are looked at. (SQLite, which reads an index no farther than asked, always looks
   at theirs.)
2. Where few of them match, the whole index is asked, and all matches are ranked, unless there are many after all.
3. Where many match, the places are asked one after the other, the best first. A place where many match is looked for
   among the newest rows, and then, or where few match, the index is asked.

All kinds of records are asked in one statement per step.
"""

# ruff: noqa: S608 - these statements are made of constants and numbers; what was typed travels as values
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection

from kizuna.base.search import kinds
from kizuna.base.search.asks import (
    ANYWHERE,
    EXACT,
    START,
    TITLE,
    Ask,
    Found,
    Part,
    entries_with,
    first,
    narrowed,
    of_owners,
    read_entries,
    says_that,
)
from kizuna.base.search.kinds import ELSEWHERE, MATCHED, OTHERS, SEEN

FIRST_LOOK = 250
FAR_LOOK = 20_000
"""Rows: a look takes about a millisecond per thousand."""
RANKED = 800
"""Rows that the index gives: some twelve times as long, because they lie far apart."""

MANY = 0.006
"""The share of matching rows from which on walking through the newest rows beats the index."""

MANY_OF_THEIRS = 0.0006
"""The same of matching rows of the owners whose records somebody sees: some twelve in FAR_LOOK."""

MOSTLY = 0.2
"""The share of a common word's matches that match at a place from which on the newest rows are walked through."""

FEW_OF_THEIRS = 0.01
"""The share of all rows that these owners have up to which reading theirs beats asking the index for a common word."""


@dataclass
class Look:
    """What the first step showed of one ask: place by entry id among the newest rows, how many it saw of these and
    elsewhere, how many of all of them are of others than the owners asked for, and how many match at which place,
    whosoever they are."""

    found: dict[int, int] = field(default_factory=dict)
    newest: int = 0
    elsewhere: int = 0
    others: int = 0
    matched_at: dict[int, int] = field(default_factory=dict)
    is_complete: bool = False

    @property
    def seen(self) -> int:
        return self.newest + self.elsewhere

    @property
    def matched(self) -> int:
        return sum(self.matched_at.values())

    def is_common_at(self, place: int) -> bool:
        """Whether many rows match at this place or better ones."""
        return self._matched(place) >= max(3, MANY * self.seen)

    def is_dense_at(self, place: int) -> bool:
        """Whether many rows do that the actor sees, as far as the shares of both can tell."""
        seen_by_them = self._matched(place) * (self.seen - self.others)
        return self.is_common_at(place) and seen_by_them >= MANY_OF_THEIRS * self.seen**2

    def is_mostly_at(self, place: int) -> bool:
        """Whether a good part of those that match do so at this place or better ones."""
        return self._matched(place) >= MOSTLY * self.matched

    @property
    def is_mostly_of_others(self) -> bool:
        """Whether theirs had better be looked at by themselves."""
        return self.is_common_at(ANYWHERE) and self.seen - self.others <= FEW_OF_THEIRS * self.seen

    def _matched(self, place: int) -> int:
        return sum(count for known, count in self.matched_at.items() if known <= place)


def best(asks: Sequence[Ask], limit: int) -> list[list[Found]]:
    """For each ask its `limit` best entries, best place first, then the newest."""
    looks = look(asks, limit)
    # Of an owner's rows few were looked at, and in no order, so what was found need not be the newest.
    found = [one.found if one.is_complete or not ask.owners else {} for one, ask in zip(looks, asks, strict=True)]
    sparse = [number for number, one in enumerate(looks) if not one.is_complete and not one.is_dense_at(ANYWHERE)]
    ranked = {number: Look() for number in sparse}
    _read(_all_ranked({number: asks[number] for number in sparse}, limit), ranked)
    dense = [number for number, one in enumerate(looks) if not one.is_complete and one.is_dense_at(ANYWHERE)]
    many = {number for number, one in ranked.items() if one.seen > RANKED}
    dense += many
    for number in ranked.keys() - many:
        found[number] = ranked[number].found
    for place in (EXACT, START, TITLE, ANYWHERE):
        open_here = [number for number in dense if place in asks[number].places]
        walked = [one for one in open_here if _is_walked(place, looks[one], ranked.get(one))]
        _add(found, _run(walked, lambda number: _newest(asks[number], place, limit, FAR_LOOK)))  # noqa: B023 - at once
        short = [number for number in open_here if _count(found[number], place) < limit]
        _add(found, _run(short, lambda number: _indexed(asks[number], place, limit)))  # noqa: B023
        dense = [number for number in dense if _count(found[number], place) < limit]
    return [sorted(((place, entry) for entry, place in some.items()), key=_rank)[:limit] for some in found]


def _is_walked(place: int, seen: Look, ranked: Look | None) -> bool:
    """Whether matches of a common word at this place are looked for among the newest rows. What the index gave tells
    more of the word than a first look that had met few of its matches."""
    if place == EXACT:
        return False
    return (ranked or seen).is_mostly_at(place) or (not ranked and seen.is_dense_at(place))


def look(asks: Sequence[Ask], limit: int) -> list[Look]:
    """The first step, with at most `limit` entries found for each ask."""
    looks = {number: Look() for number in range(len(asks))}
    _looked(looks, _first_looks(asks, limit))
    theirs = {number: Look() for number, one in looks.items() if one.is_mostly_of_others and not one.is_complete}
    _looked(theirs, _run(theirs, lambda number: _first_look(asks[number], limit)))
    return list((looks | theirs).values())


def _looked(looks: dict[int, Look], rows: Iterable[tuple[int, int, int]]) -> None:
    _read(rows, looks)
    for one in looks.values():
        one.is_complete = one.newest < FIRST_LOOK


def _read(rows: Iterable[tuple[int, int, int]], looks: dict[int, Look]) -> None:
    for number, place, value in rows:
        if place == SEEN:
            looks[number].newest = value
        elif place == ELSEWHERE:
            looks[number].elsewhere = value
        elif place == OTHERS:
            looks[number].others = value
        elif place <= MATCHED:
            looks[number].matched_at[MATCHED - place] = value
        else:
            looks[number].found[value] = place


def _add(found: list[dict[int, int]], rows: Iterable[tuple[int, int, int]]) -> None:
    for number, place, entry in rows:
        found[number][entry] = min(place, found[number].get(entry, place))


def _rank(found: Found) -> tuple[int, int]:
    place, entry = found
    return place, -entry


def _count(found: dict[int, int], place: int) -> int:
    """How many were found at this place or a better one."""
    return sum(known <= place for known in found.values())


# Statements ---------------------------------------------------------------------------------------------------------


def _run(numbers: Iterable[int], make: Callable[[int], Part]) -> list[tuple[int, int, int]]:
    """Rows (number, place, entry id) of one statement made of a SELECT for each number."""
    parts = [(number, *make(number)) for number in numbers]
    if not parts:
        return []
    selects = [f"SELECT {number} AS number, place, id FROM ({part}) AS of_{number}" for number, part, _values in parts]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selects), [value for _number, _part, values in parts for value in values])
        return cursor.fetchall()


def _first_looks(asks: Sequence[Ask], limit: int) -> list[tuple[int, int, int]]:
    if connection.vendor == "postgresql":
        return kinds.newest(asks, FIRST_LOOK, limit)
    return _run(range(len(asks)), lambda number: _first_look(asks[number], limit))


def _all_ranked(asks: Mapping[int, Ask], limit: int) -> list[tuple[int, int, int]]:
    if connection.vendor == "postgresql":
        return kinds.ranked(asks, RANKED + 1, limit)
    return _run(asks, lambda number: _ranked(asks[number], limit))


def _first_look(ask: Ask, limit: int) -> Part:
    """The best among the first rows."""
    return _best_of(ask, _owned(ask) if ask.owners else _latest(ask, FIRST_LOOK), limit)


def _ranked(ask: Ask, limit: int) -> Part:
    """The best of all matches: for few matches."""
    return _best_of(ask, first(read_entries(narrowed(ask)), RANKED + 1), limit)


def _best_of(ask: Ask, rows: Part, limit: int) -> Part:
    """The best among some rows, and rows that say how many there were, and how many of them match at which place."""
    place, place_values = _place(ask)
    source, values = rows
    sql = (
        f"WITH looked AS MATERIALIZED (SELECT id, {place} AS place FROM ({source}) AS looked_at)"
        " SELECT place, id FROM ("
        f"SELECT place, id FROM looked WHERE place IS NOT NULL ORDER BY place, id DESC LIMIT {limit}) AS best"
        f" UNION ALL SELECT {SEEN}, count(*) FROM looked"
        f" UNION ALL SELECT {MATCHED} - place, count(*) FROM looked WHERE place IS NOT NULL GROUP BY place"
    )
    return sql, [*place_values, *values]


def _newest(ask: Ask, place: int, limit: int, count: int) -> Part:
    """Matches at one place among the newest rows. They are read newest first: LIMIT keeps the newest, and no more are
    read than it takes."""
    rows, row_values = _latest(ask, count)
    says, says_values = says_that(of_owners(ask, ask.places[place]), "lexemes")
    sql = f"SELECT {place} AS place, id FROM ({rows}) AS newest WHERE {says} LIMIT {limit}"
    return sql, [*row_values, *says_values]


def _indexed(ask: Ask, place: int, limit: int) -> Part:
    """Matches at one place, newest first, by the index. Of a title it is asked for every word, for a single letter too:
    where this is asked entries with the other words are many, and to read them all would take longer."""
    if place == ANYWHERE and ask.narrow:
        says, says_values = says_that(ask.places[place], "lexemes")
        entries, values = read_entries(narrowed(ask))
        rows, values = f"SELECT id FROM ({entries}) AS wider WHERE {says}", [*values, *says_values]
    else:
        rows, values = entries_with(of_owners(ask, ask.places[place]))
    # "+ 0" keeps PostgreSQL from walking through the primary key in the hope of an early match.
    order = "id + 0" if connection.vendor == "postgresql" else "id"
    return f"SELECT {place} AS place, id FROM ({rows}) AS indexed ORDER BY {order} DESC LIMIT {limit}", values


def _owned(ask: Ask) -> Part:
    """Entries of the owners whose records the actor sees; all of them if they are few."""
    assert ask.owners is not None
    return first(read_entries(ask.owners), FIRST_LOOK)


def _latest(ask: Ask, count: int) -> Part:
    sql = f"SELECT id, lexemes FROM search_entry WHERE id BETWEEN %s AND %s ORDER BY id DESC LIMIT {count}"
    return sql, [ask.lowest, ask.highest]


def _place(ask: Ask) -> Part:
    """The best place at which a row matches, NULL if it does not match at all."""
    says, values = says_that(ask.places[ANYWHERE], "lexemes")
    sql = f"CASE WHEN NOT {says} THEN NULL"
    for place in (EXACT, START, TITLE):
        if place in ask.places:
            better, more = says_that(ask.places[place], "lexemes")
            sql += f" WHEN {better} THEN {place}"
            values = [*values, *more]
    return f"{sql} ELSE {ANYWHERE} END", values
