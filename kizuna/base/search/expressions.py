"""What to ask the index for: a small tree of lexemes, written as PostgreSQL, FTS5 and plain string search read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from kizuna.base.search.lexemes import EXACT, OWNER, START, TITLE
from kizuna.base.search.questions import Clause, Question, Way


class Lexeme(NamedTuple):
    """Safe by construction: no quotes, spaces or backslashes (see `lexemes.safe`)."""

    text: str
    is_prefix: bool = False


class Group(NamedTuple):
    """All or any of the parts."""

    word: str  # "and" or "or"
    parts: tuple[Lexeme | Group, ...]


Expression = Lexeme | Group


def all_of(parts: Iterable[Expression]) -> Expression:
    return _group("and", tuple(parts))


def any_of(parts: Iterable[Expression]) -> Expression:
    return _group("or", tuple(parts))


def _group(word: str, parts: tuple[Expression, ...]) -> Expression:
    return parts[0] if len(parts) == 1 else Group(word, parts)


# Ways to be found ---------------------------------------------------------------------------------------------------


def found_in(clauses: Iterable[Clause], code: str, places: Sequence[str]) -> Expression:
    """Every clause, in any of the places of the resource with this code."""
    return all_of([_clause(clause, code, places, places) for clause in clauses])


def found_at_start(clauses: Sequence[Clause], code: str) -> Expression:
    """The first clause where the title or a reading begins, the others anywhere in the title."""
    first, *others = clauses
    begins = _clause(first, code, (START,), (TITLE,))
    return all_of([begins, *[_clause(clause, code, (TITLE,), (TITLE,)) for clause in others]])


def found_exactly(question: Question, code: str) -> Expression:
    return Lexeme(f"{code}{EXACT}{question.whole}")


def owned_by(owners: Iterable[int], code: str) -> Expression:
    return any_of([Lexeme(f"{code}{OWNER}{owner}") for owner in owners])


def _clause(clause: Clause, code: str, first: Sequence[str], others: Sequence[str]) -> Expression:
    """The first term of a way stands in one of `first`, further ones in one of `others`."""
    begin, go_on = [code + place for place in first], [code + place for place in others]
    ways = [_way(way, begin, go_on) for way in clause.ways]
    if clause.spoken and (named := [code + place for place in first if place in (TITLE, START)]):
        ways += [_way(way, named, [code + TITLE]) for way in clause.spoken]
    return any_of(ways)


def _way(way: Way, begin: Sequence[str], go_on: Sequence[str]) -> Expression:
    """Made for each kind of record and each place with every letter that is typed, so it is made of little."""
    (token, is_prefix), *further = way
    found = _in_one_of(begin, token, is_prefix)
    return Group("and", (found, *[_in_one_of(go_on, *term) for term in further])) if further else found


def _in_one_of(places: Sequence[str], token: str, is_prefix: bool) -> Expression:
    if len(places) == 1:
        return Lexeme(places[0] + token, is_prefix)
    return Group("or", tuple([Lexeme(place + token, is_prefix) for place in places]))


# Languages ----------------------------------------------------------------------------------------------------------


def tsquery(expression: Expression) -> str:
    """For `::tsquery`."""
    if isinstance(expression, Lexeme):
        return f"'{expression.text}'{':*' if expression.is_prefix else ''}"
    sign = " & " if expression.word == "and" else " | "
    return "(" + sign.join([tsquery(part) for part in expression.parts]) + ")"


def fts5(expression: Expression) -> str:
    """For `MATCH`."""
    if isinstance(expression, Lexeme):
        return f'"{expression.text}"{" *" if expression.is_prefix else ""}'
    sign = " AND " if expression.word == "and" else " OR "
    return "(" + sign.join([fts5(part) for part in expression.parts]) + ")"


def spelled_out(expression: Expression, column: str) -> tuple[str, list[Any]]:
    """A condition on the text of the lexemes themselves, for rows already at hand on SQLite: (SQL, parameters)."""
    if isinstance(expression, Lexeme):
        end = "" if expression.is_prefix else " "
        return f"instr({column}, %s) > 0", [f" {expression.text}{end}"]
    written = [spelled_out(part, column) for part in expression.parts]
    sign = " AND " if expression.word == "and" else " OR "
    return "(" + sign.join([sql for sql, _ in written]) + ")", [value for _, values in written for value in values]
