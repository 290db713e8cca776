"""Rows among those that a subquery lists, sought from whichever end is less work.

A page of a list in some order can be read from the few rows that match, sorting them, or from the order, asking of each
row whether it is one of the many. Neither database knows how many match: with a tag that 3 % of a million people bear,
PostgreSQL took ten times and SQLite five times as long as needed. So they are counted first, as far as it matters.
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
    if compiler.query.order_by:
        if _are_many(ids, values, connection, many):
            found = f"({found}) IS TRUE"  # not a join any more: the ids are read once, each row is held against them
        elif connection.vendor == "postgresql":
            found = f"{row} = ANY(ARRAY({ids}))"  # read first, whatever the planner hopes to meet in the order
    return found, list(values)


def _are_many(ids: str, values: Sequence[Any], connection: Any, many: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM (SELECT 1 FROM ({ids}) AS listed LIMIT {many}) AS few", values)  # noqa: S608 - SQL of ours
        return bool(cursor.fetchone()[0] == many)
