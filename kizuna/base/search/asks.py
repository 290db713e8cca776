"""What is asked of one kind of record, and the words for it in both databases: by the index, or of rows at hand."""

# ruff: noqa: S608 - these statements are made of constants and numbers; what was typed travels as values
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from kizuna.base.search.expressions import Expression, all_of, fts5, spelled_out, tsquery

EXACT, START, TITLE, ANYWHERE = range(4)
"""How well a record matches: its title is the question, begins with it, contains it, or another field does."""

Found = tuple[int, int]  # place (EXACT to ANYWHERE), entry id
Part = tuple[str, list[Any]]  # SQL and its parameters


@dataclass(frozen=True)
class Ask:
    """One question to one resource's range of entries. `places` holds the expressions by rank, ANYWHERE always.

    `narrow` is, where the index had better not be asked for every word in all fields, what to ask it for instead; the
    other words are then looked for in the entries that it gives.
    """

    lowest: int
    highest: int
    places: dict[int, Expression]
    narrow: Expression | None = None
    owners: Expression | None = None


def of_owners(ask: Ask, expression: Expression) -> Expression:
    return all_of([expression, ask.owners]) if ask.owners else expression


def narrowed(ask: Ask) -> Expression:
    """What to ask the index for to find matches anywhere: they are all among its answers."""
    return of_owners(ask, ask.narrow or ask.places[ANYWHERE])


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


def read_entries(expression: Expression) -> Part:
    """The same with their lexemes."""
    rows, values = entries_with(expression)
    if connection.vendor == "postgresql":
        return rows.replace("SELECT id", "SELECT id, lexemes", 1), values
    # CROSS JOIN: the full-text table first, whatever SQLite thinks.
    return f"SELECT m.id, e.lexemes FROM ({rows}) AS m CROSS JOIN search_entry AS e ON e.id = m.id", values


def first(rows: Part, count: int) -> Part:
    """So many of the rows that the index gives. PostgreSQL takes a share of all rows for matches and, asked for a few,
    reads the table until it has them: of rare matches to its end. What is within MATERIALIZED it plans for all of
    them, by the index, and still reads what is asked for; SQLite would read them all, and asks the index anyway."""
    sql, values = rows
    if connection.vendor == "postgresql":
        sql = f"WITH indexed AS MATERIALIZED ({sql}) SELECT id, lexemes FROM indexed"
    return f"{sql} LIMIT {count}", values


def some_with(expression: Expression, most: int) -> Part:
    """The ids of at most so many entries that match, in no order, answered by the index."""
    if connection.vendor == "postgresql":
        # Where a few are enough, PostgreSQL hopes to meet them soon by reading the table: seconds of a million records
        # where few match. What is materialised is planned as if all were wanted, and still read no further than asked.
        rows = "SELECT id FROM search_entry WHERE lexemes @@ %s::tsquery"
        return f"WITH found AS MATERIALIZED ({rows}) SELECT id FROM found LIMIT {most}", [tsquery(expression)]
    rows, values = entries_with(expression)
    return f"{rows} LIMIT {most}", values
