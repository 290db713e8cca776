"""Rows among those that a subquery lists, sought from whichever end is less work.

A page of a list in some order can be read from the few rows that match, sorting them, or from the order, asking of each
row whether it is one of the many. Neither database knows how many match: with a tag that 3 % of a million people bear,
PostgreSQL took ten times and SQLite five times as long as needed. So it is seen first, as far as it matters, and
PostgreSQL is given the few.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

MANY = 2000
"""Matches from which on the rows are read in their order. Sorting so many takes as long as finding a page among them
when one row in five hundred matches."""
MANY_NEIGHBOURS = 50_000
"""The same for matches that stand together in the order, as people called Tanaka do: all may be far down the list."""


def among(
    row: str, ids: str, values: Sequence[Any], compiler: Any, connection: Any, *, many: int = MANY
) -> tuple[str, list[Any]]:
    """SQL, with its parameters, that is true where the id `row` (SQL) is among `ids` (a SELECT with `values`)."""
    found = f"{row} IN ({ids})"
    if not compiler.query.order_by:
        return found, list(values)
    if connection.vendor == "postgresql":
        few = _read_few(ids, values, connection, many)
        if few is not None:
            return f"{row} = ANY(%s::bigint[])", [few]  # known by now; else the planner hopes to meet them in the order
    elif not _are_many(ids, values, connection, many):
        return found, list(values)
    return f"({found}) IS TRUE", list(values)  # no join any more: read once, each row is held against them


def _read_few(ids: str, values: Sequence[Any], connection: Any, many: int) -> list[int] | None:
    """The ids, when they are fewer than `many`."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({ids}) AS listed LIMIT {many}", values)  # noqa: S608 - SQL of ours
        few = [row[0] for row in cursor.fetchall()]
    return None if len(few) == many else few


def _are_many(ids: str, values: Sequence[Any], connection: Any, many: int) -> bool:
    """Whether the ids are at least `many`: SQLite passes them in a fifth of the time in which Python reads them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM ({ids}) LIMIT 1 OFFSET {many - 1}", values)  # noqa: S608 - SQL of ours
        return cursor.fetchone() is not None
