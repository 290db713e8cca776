"""Questions put to the index: the best few records of each kind, fast however many match.

A word that many records have is found among the newest ones at once; a rare word is found by the index at once. Which
of the two it is shows a look at a few hundred rows, so the time depends neither on the database's statistics nor on the
number of matches:

1. Look at the newest rows. Where there are no more rows than that, everything is found. For somebody who sees only
   certain owners' records it is also seen how many of the rows are theirs; where these are few and the word is not,
   all of theirs are looked at. (SQLite, which reads an index no farther than asked, always looks at theirs.)
2. Where few of them match, the whole index is asked, and all matches are ranked, unless there are many after all.
3. Where many match, the places are asked one after the other, the best first: the newest rows, then the index. Where
   they are many after all, the newest rows are others than the rest, of an import perhaps: the look goes farther.

All kinds of records are asked in one statement per step.
"""

# ruff: noqa: S608 - these statements are made of constants and numbers; what was typed travels as values
from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from kizuna.base.search.expressions import Expression, all_of, fts5, spelled_out, tsquery

EXACT, START, TITLE, ANYWHERE = range(4)
"""How well a record matches: its title is the question, begins with it, contains it, or another field does."""

FIRST_LOOK = 500
SECOND_LOOK = 4000
FAR_LOOK = 20_000
RANKED = 3000
"""Rows: a look takes about a millisecond per thousand."""

MANY = 0.006
"""The share of matching rows from which on walking through the newest rows beats the index."""

MANY_OF_THEIRS = 0.002
"""The same of matching rows of the owners whose records somebody sees: some eight in SECOND_LOOK."""

FEW_OF_THEIRS = 0.01
"""The share of all rows that these owners have up to which reading theirs beats asking the index for a common word."""

_SEEN, _OTHERS, _MATCHED = -1, -2, -3  # the last for EXACT; one less for each place after it

Found = tuple[int, int]  # place (EXACT to ANYWHERE), entry id
Part = tuple[str, list[Any]]  # SQL and its parameters


@dataclass(frozen=True)
class Ask:
    """One question to one resource's range of entries. `places` holds the expressions by rank, ANYWHERE always.

    `narrow` holds, where the index had better not be asked for every word, what to ask it for instead; the other words
    are then looked for in the entries that it gives.
    """

    lowest: int
    highest: int
    places: dict[int, Expression]
    narrow: dict[int, Expression]
    owners: Expression | None = None


@dataclass
class Look:
    """What the first step showed of one ask: place by entry id, how many rows it saw, how many of them are of others
    than the owners asked for, and how many match at which place, whosoever they are."""

    found: dict[int, int] = field(default_factory=dict)
    seen: int = 0
    others: int = 0
    matched_at: dict[int, int] = field(default_factory=dict)
    is_complete: bool = False

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
    _read(_run(sparse, lambda number: _ranked(asks[number], limit)), ranked)
    dense = [number for number, one in enumerate(looks) if not one.is_complete and one.is_dense_at(ANYWHERE)]
    far = {number for number, one in ranked.items() if one.seen > RANKED}  # rare among the newest, common elsewhere
    dense += far
    for number in ranked.keys() - far:
        found[number] = ranked[number].found
    for place in (EXACT, START, TITLE, ANYWHERE):
        open_here = [number for number in dense if place in asks[number].places]
        walked = [one for one in open_here if place != EXACT and (one in far or looks[one].is_dense_at(place))]
        rows = {number: FAR_LOOK if number in far else SECOND_LOOK for number in walked}
        _add(found, _run(walked, lambda number: _newest(asks[number], place, limit, rows[number])))  # noqa: B023 - at once
        short = [number for number in open_here if _count(found[number], place) < limit]
        _add(found, _run(short, lambda number: _indexed(asks[number], place, limit)))  # noqa: B023
        dense = [number for number in dense if _count(found[number], place) < limit]
    return [sorted(((place, entry) for entry, place in some.items()), key=_rank)[:limit] for some in found]


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
        one.is_complete = one.seen < FIRST_LOOK


def _read(rows: Iterable[tuple[int, int, int]], looks: dict[int, Look]) -> None:
    for number, place, value in rows:
        if place == _SEEN:
            looks[number].seen = value
        elif place == _OTHERS:
            looks[number].others = value
        elif place <= _MATCHED:
            looks[number].matched_at[_MATCHED - place] = value
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
    """The best among the first rows of each. PostgreSQL takes longer to plan a part for each kind of record than to
    look: where the newest rows are looked at, the kinds are rows of a table to it."""
    if connection.vendor == "postgresql":
        return _newest_of_each(asks, limit)
    return _run(range(len(asks)), lambda number: _first_look(asks[number], limit))


def _newest_of_each(asks: Sequence[Ask], limit: int) -> list[tuple[int, int, int]]:
    if not asks:
        return []
    kinds = f"(%s::integer, %s::bigint, %s::bigint{', %s::tsquery' * 5})"
    values: list[Any] = []
    for number, ask in enumerate(asks):
        asked = [ask.owners, *(ask.places.get(place) for place in (ANYWHERE, EXACT, START, TITLE))]
        values += [number, ask.lowest, ask.highest, *(one and tsquery(one) for one in asked)]
    sql = _NEWEST_OF_EACH.format(kinds=", ".join([kinds] * len(asks)), first=FIRST_LOOK, limit=limit)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


_NEWEST_OF_EACH = f"""
WITH looked AS MATERIALIZED (
  SELECT kind.number, newest.id, kind.owners IS NULL OR ts_match_vq(newest.lexemes, kind.owners) AS is_seen,
    CASE WHEN NOT ts_match_vq(newest.lexemes, kind.anywhere) THEN NULL
    WHEN ts_match_vq(newest.lexemes, kind.exact) THEN {EXACT} WHEN ts_match_vq(newest.lexemes, kind.start) THEN {START}
    WHEN ts_match_vq(newest.lexemes, kind.title) THEN {TITLE} ELSE {ANYWHERE} END AS place
  FROM (VALUES {{kinds}}) AS kind (number, lowest, highest, owners, anywhere, exact, start, title) CROSS JOIN LATERAL (
    SELECT id, lexemes FROM search_entry WHERE id BETWEEN kind.lowest AND kind.highest
    ORDER BY id DESC LIMIT {{first}}) AS newest)
SELECT number, place, id FROM (
  SELECT number, place, id, row_number() OVER (PARTITION BY number ORDER BY place, id DESC) AS turn
  FROM looked WHERE place IS NOT NULL AND is_seen) AS best WHERE turn <= {{limit}}
UNION ALL SELECT number, {_SEEN}, count(*) FROM looked GROUP BY number
UNION ALL SELECT number, {_OTHERS}, count(*) FROM looked WHERE NOT is_seen GROUP BY number
UNION ALL SELECT number, {_MATCHED} - place, count(*) FROM looked WHERE place IS NOT NULL GROUP BY number, place
"""


def _first_look(ask: Ask, limit: int) -> Part:
    """The best among the first rows."""
    return _best_of(ask, _owned(ask) if ask.owners else _latest(ask, FIRST_LOOK), limit)


def _ranked(ask: Ask, limit: int) -> Part:
    """The best of all matches: for few matches."""
    return _best_of(ask, _first(_read_entries(_narrowed(ask, ANYWHERE)), RANKED + 1), limit)


def _best_of(ask: Ask, rows: Part, limit: int) -> Part:
    """The best among some rows, and rows that say how many there were, and how many of them match at which place."""
    place, place_values = _place(ask)
    source, values = rows
    sql = (
        f"WITH looked AS MATERIALIZED (SELECT id, {place} AS place FROM ({source}) AS looked_at)"
        " SELECT place, id FROM ("
        f"SELECT place, id FROM looked WHERE place IS NOT NULL ORDER BY place, id DESC LIMIT {limit}) AS best"
        f" UNION ALL SELECT {_SEEN}, count(*) FROM looked"
        f" UNION ALL SELECT {_MATCHED} - place, count(*) FROM looked WHERE place IS NOT NULL GROUP BY place"
    )
    return sql, [*place_values, *values]


def _newest(ask: Ask, place: int, limit: int, count: int) -> Part:
    """Matches at one place among the newest rows. They are read newest first: LIMIT keeps the newest, and no more are
    read than it takes."""
    rows, row_values = _latest(ask, count)
    says, says_values = says_that(_of_owners(ask, ask.places[place]), "lexemes")
    sql = f"SELECT {place} AS place, id FROM ({rows}) AS newest WHERE {says} LIMIT {limit}"
    return sql, [*row_values, *says_values]


def _indexed(ask: Ask, place: int, limit: int) -> Part:
    """Matches at one place, newest first, by the index."""
    if place in ask.narrow:
        says, says_values = says_that(ask.places[place], "lexemes")
        entries, values = _read_entries(_narrowed(ask, place))
        rows, values = f"SELECT id FROM ({entries}) AS wider WHERE {says}", [*values, *says_values]
    else:
        rows, values = entries_with(_narrowed(ask, place))
    # "+ 0" keeps PostgreSQL from walking through the primary key in the hope of an early match.
    order = "id + 0" if connection.vendor == "postgresql" else "id"
    return f"SELECT {place} AS place, id FROM ({rows}) AS indexed ORDER BY {order} DESC LIMIT {limit}", values


def _owned(ask: Ask) -> Part:
    """Entries of the owners whose records the actor sees; all of them if they are few."""
    assert ask.owners is not None
    return _first(_read_entries(ask.owners), FIRST_LOOK)


def _first(rows: Part, count: int) -> Part:
    """So many of the rows that the index gives. PostgreSQL takes a share of all rows for matches and, asked for a few,
    reads the table until it has them: of rare matches to its end. What is within MATERIALIZED it plans for all of
    them, by the index, and still reads what is asked for; SQLite would read them all, and asks the index anyway."""
    sql, values = rows
    if connection.vendor == "postgresql":
        sql = f"WITH indexed AS MATERIALIZED ({sql}) SELECT id, lexemes FROM indexed"
    return f"{sql} LIMIT {count}", values


def _latest(ask: Ask, count: int) -> Part:
    sql = f"SELECT id, lexemes FROM search_entry WHERE id BETWEEN %s AND %s ORDER BY id DESC LIMIT {count}"
    return sql, [ask.lowest, ask.highest]


def _of_owners(ask: Ask, expression: Expression) -> Expression:
    return all_of([expression, ask.owners]) if ask.owners else expression


def _narrowed(ask: Ask, place: int) -> Expression:
    """What to ask the index for to find matches at a place: they are all among its answers."""
    return _of_owners(ask, ask.narrow.get(place, ask.places[place]))


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


# The two databases --------------------------------------------------------------------------------------------------


def says_that(expression: Expression, column: str) -> Part:
    """A condition on one row's lexemes, answered by reading them."""
    if connection.vendor == "postgresql":
        return f"ts_match_vq({column}, %s::tsquery)", [tsquery(expression)]  # what @@ does, but never by the index
    return spelled_out(expression, column)


def entries_with(expression: Expression) -> Part:
    """The ids of entries that match, answered by the index."""
    if connection.vendor == "postgresql":
        # Behind SELECT the planner cannot see the words, so it does not guess from its statistics that some other way
        # than the index might be quicker.
        return "SELECT id FROM search_entry WHERE lexemes @@ (SELECT %s::tsquery)", [tsquery(expression)]
    return "SELECT rowid AS id FROM search_lexemes WHERE search_lexemes MATCH %s", [fts5(expression)]


def some_with(expression: Expression, most: int) -> Part:
    """The ids of at most so many entries that match, in no order, answered by the index."""
    if connection.vendor == "postgresql":
        # Where a few are enough, PostgreSQL hopes to meet them soon by reading the table: seconds of a million records
        # where few match. What is materialised is planned as if all were wanted, and still read no further than asked.
        rows = "SELECT id FROM search_entry WHERE lexemes @@ %s::tsquery"
        return f"WITH found AS MATERIALIZED ({rows}) SELECT id FROM found LIMIT {most}", [tsquery(expression)]
    rows, values = entries_with(expression)
    return f"{rows} LIMIT {most}", values


def _read_entries(expression: Expression) -> Part:
    """The same with their lexemes."""
    rows, values = entries_with(expression)
    if connection.vendor == "postgresql":
        return rows.replace("SELECT id", "SELECT id, lexemes", 1), values
    # CROSS JOIN: the full-text table first, whatever SQLite thinks.
    return f"SELECT m.id, e.lexemes FROM ({rows}) AS m CROSS JOIN search_entry AS e ON e.id = m.id", values
