"""One question to all kinds of records in one statement, for PostgreSQL: the kinds are rows of a table to it. Parts for
each kind take longer to plan than to answer.

Both functions give rows (number, place, entry id); where the place is negative, it says what was counted.
"""

# ruff: noqa: S608 - these statements are made of constants and numbers; what was typed travels as values
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from kizuna.base.search.asks import ANYWHERE, EXACT, START, TITLE, Ask, narrowed
from kizuna.base.search.expressions import tsquery

SEEN, ELSEWHERE, OTHERS, MATCHED = -1, -2, -3, -4  # the last for EXACT; one less for each place after it

STOPS, SOME = 10, 20
"""Among the rows that are not the newest some are looked at, at so many stops, as far apart as can be."""

Counted = list[tuple[int, int, int]]


def newest(asks: Sequence[Ask], count: int, limit: int) -> Counted:
    """The best among the newest rows; how many there were, and how many elsewhere; how many of all these are of others
    than the owners asked for, and how many match at which place."""
    rows = [(number, ask.lowest, ask.highest, *_expressions(ask)) for number, ask in enumerate(asks)]
    return _asked(_NEWEST, ("integer", "bigint", "bigint"), rows, count=count, limit=limit)


def ranked(asks: Mapping[int, Ask], count: int, limit: int) -> Counted:
    """The best among so many of the rows that the index gives; how many there were, and how many match at which
    place."""
    rows = [(number, tsquery(narrowed(ask)), *_expressions(ask)) for number, ask in asks.items()]
    return _asked(_RANKED, ("integer", "tsquery"), rows, count=count, limit=limit)


def _expressions(ask: Ask) -> list[str | None]:
    asked = [ask.owners, *(ask.places.get(place) for place in (ANYWHERE, EXACT, START, TITLE))]
    return [one and tsquery(one) for one in asked]


def _asked(statement: str, types: Sequence[str], rows: Sequence[Sequence[Any]], **numbers: int) -> Counted:
    """What the statement finds for these kinds, each a row of values that ends with its expressions. An array for each
    column: hundreds of single values take the driver longer to put in than PostgreSQL takes to look."""
    if not rows:
        return []
    kinds = ", ".join([f"%s::{one}[]" for one in (*types, *["tsquery"] * 5)])
    with connection.cursor() as cursor:
        cursor.execute(statement.format(kinds=kinds, **numbers), [list(column) for column in zip(*rows, strict=True)])
        return list(cursor.fetchall())


_SAYS = f"""CASE WHEN NOT ts_match_vq(entry.lexemes, kind.anywhere) THEN NULL
    WHEN ts_match_vq(entry.lexemes, kind.exact) THEN {EXACT} WHEN ts_match_vq(entry.lexemes, kind.start) THEN {START}
    WHEN ts_match_vq(entry.lexemes, kind.title) THEN {TITLE} ELSE {ANYWHERE} END AS place"""
_IS_SEEN = "kind.owners IS NULL OR ts_match_vq(entry.lexemes, kind.owners) AS is_seen"

_NEWEST = f"""
WITH kind (number, lowest, highest, owners, anywhere, exact, start, title) AS MATERIALIZED (
  SELECT * FROM unnest({{kinds}})),
newest AS MATERIALIZED (
  SELECT kind.number, entry.id, {_IS_SEEN}, {_SAYS} FROM kind CROSS JOIN LATERAL (
    SELECT id, lexemes FROM search_entry WHERE id BETWEEN lowest AND highest
    ORDER BY id DESC LIMIT {{count}}) AS entry),
rest AS MATERIALIZED (
  SELECT many.number, oldest.id AS lower, (many.upper - oldest.id) / {STOPS} AS step
  FROM (SELECT number, min(id) AS upper FROM newest GROUP BY number HAVING count(*) = {{count}}) AS many
  JOIN kind USING (number) CROSS JOIN LATERAL (
    SELECT id FROM search_entry WHERE id BETWEEN kind.lowest AND kind.highest ORDER BY id LIMIT 1) AS oldest),
elsewhere AS MATERIALIZED (
  SELECT kind.number, entry.id, {_IS_SEEN}, {_SAYS}
  FROM rest JOIN kind USING (number) CROSS JOIN generate_series(1, {STOPS}) AS stop CROSS JOIN LATERAL (
    SELECT id, lexemes FROM search_entry WHERE id >= lower + step * (stop - 1) AND id < lower + step * stop
    ORDER BY id DESC LIMIT {SOME}) AS entry),
looked AS (SELECT * FROM newest UNION ALL SELECT * FROM elsewhere)
SELECT number, place, id FROM (
  SELECT number, place, id, row_number() OVER (PARTITION BY number ORDER BY place, id DESC) AS turn
  FROM newest WHERE place IS NOT NULL AND is_seen) AS best WHERE turn <= {{limit}}
UNION ALL SELECT number, {SEEN}, count(*) FROM newest GROUP BY number
UNION ALL SELECT number, {ELSEWHERE}, count(*) FROM elsewhere GROUP BY number
UNION ALL SELECT number, {OTHERS}, count(*) FROM looked WHERE NOT is_seen GROUP BY number
UNION ALL SELECT number, {MATCHED} - place, count(*) FROM looked WHERE place IS NOT NULL GROUP BY number, place
"""

# What is within MATERIALIZED is planned for all matches, by the index, and read no farther than asked (`asks.first`).
_RANKED = f"""
WITH kind (number, narrowed, owners, anywhere, exact, start, title) AS MATERIALIZED (
  SELECT * FROM unnest({{kinds}})),
looked AS MATERIALIZED (
  SELECT kind.number, entry.id, {_SAYS} FROM kind CROSS JOIN LATERAL (
    WITH indexed AS MATERIALIZED (SELECT id, lexemes FROM search_entry WHERE lexemes @@ kind.narrowed)
    SELECT id, lexemes FROM indexed LIMIT {{count}}) AS entry)
SELECT number, place, id FROM (
  SELECT number, place, id, row_number() OVER (PARTITION BY number ORDER BY place, id DESC) AS turn
  FROM looked WHERE place IS NOT NULL) AS best WHERE turn <= {{limit}}
UNION ALL SELECT number, {SEEN}, count(*) FROM looked GROUP BY number
UNION ALL SELECT number, {MATCHED} - place, count(*) FROM looked WHERE place IS NOT NULL GROUP BY number, place
"""
