"""A formula as SQL of PostgreSQL: the same answers as `computing`, NULL where that has none.

Divisions by zero, days outside the calendar and numbers that are too large must not raise, and PostgreSQL may compute
either branch of a CASE before it runs where both are constants: so what could raise is kept in bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from kizuna.base.types.formulas.checking import typed
from kizuna.base.types.formulas.computing import LIMIT, MOST_DAYS, Now
from kizuna.base.types.formulas.nodes import Literal, Name, Node, Type
from kizuna.base.types.money import CURRENCIES, minor_units

FIRST, DAYS = "DATE '0001-01-01'", 3_652_058
N, M, D, T, B = Type.NUMBER, Type.MONEY, Type.DATE, Type.TEXT, Type.BOOLEAN


@dataclass(frozen=True)
class Sql:
    text: str
    values: tuple[Any, ...] = ()
    currency: Sql | None = None
    """Of money, beside the amount."""


Sources = Mapping[str, Sql]
"""The columns of fields: numbers as numeric, texts never NULL."""


def put(pattern: str, *parts: Sql) -> Sql:
    """`{}` for each part in turn."""
    return Sql(pattern.format(*(part.text for part in parts)), tuple(one for part in parts for one in part.values))


@dataclass
class Writer:
    sources: Sources
    fields: Mapping[str, Type]
    now: Now
    functions: Mapping[str, Callable[..., Sql]] = field(default_factory=lambda: _FUNCTIONS)

    def of(self, tree: Node) -> Sql:
        if isinstance(tree, Literal):
            return _literal(tree)
        if isinstance(tree, Name):
            return self.sources[tree.name]
        return self.functions[tree.name](
            self, [self.of(arg) for arg in tree.args], [self.type_of(a) for a in tree.args]
        )

    def type_of(self, tree: Node) -> Type:
        return typed(tree, self.fields)


def final(found: Sql, type_: Type, places: int | None) -> Sql:
    """An answer as it is kept and shown, as `computing` gives it."""
    if type_ == N:
        return _bounded(put(f"round({{}}, {int(places or 0)})", found))
    if type_ == M and found.currency is not None:
        amount = _bounded(_to_units(found))
        return Sql(amount.text, amount.values, found.currency)
    return found


def _bounded(found: Sql) -> Sql:
    return put(f"(SELECT CASE WHEN abs(v) < {LIMIT:f} THEN v END FROM (SELECT {{}} AS v) AS one)", found)  # noqa: S608 - a number of ours


def _to_units(money: Sql) -> Sql:
    """Rounded to what can be paid in its currency."""
    assert money.currency is not None
    cases = " ".join(f"WHEN '{code}' THEN {minor_units(code)}" for code in sorted(CURRENCIES) if minor_units(code) != 2)
    return put(f"round({{}}, CASE {{}} {cases} ELSE 2 END)", money, money.currency)


def _literal(tree: Literal) -> Sql:
    if isinstance(tree.value, bool):
        return Sql("true" if tree.value else "false")
    if isinstance(tree.value, Decimal):
        return Sql(f"{tree.value:f}::numeric")
    return Sql("%s::text", (tree.value,))


Parts = Sequence[Sql]
Types = Sequence[Type]


def _money(amount: Sql, one: Sql, other: Sql | None = None) -> Sql:
    """An amount in the currency of one; NULL where that of the other differs."""
    assert one.currency is not None
    if other is None or other.currency is None:
        return Sql(amount.text, amount.values, one.currency)
    same = put("CASE WHEN {} = {} THEN {} END", one.currency, other.currency, amount)
    return Sql(same.text, same.values, one.currency)


def _sum(sign: str) -> Callable[[Writer, Parts, Types], Sql]:
    def write(writer: Writer, parts: Parts, types: Types) -> Sql:
        one, other = parts
        if types[0] == M:
            return _money(put(f"({{}} {sign} {{}})", one, other), one, other)
        if types[0] == D and types[1] == D:
            return put("({} - {})::numeric", one, other)
        if D in types:
            return _later(one, other, sign) if types[0] == D else _later(other, one, sign)
        return put(f"({{}} {sign} {{}})", one, other)

    return write


def _later(day: Sql, days: Sql, sign: str) -> Sql:
    """A day so many days later or earlier, NULL outside the calendar, which is counted from its first day."""
    most = f"LEAST(GREATEST(round({{}}), -{MOST_DAYS}), {MOST_DAYS})::int"
    number = put(f"(({{}} - {FIRST}) {sign} {most})", day, days)
    return put(
        f"(SELECT CASE WHEN n BETWEEN 0 AND {DAYS} THEN {FIRST} + LEAST(GREATEST(n, 0), {DAYS}) END"  # noqa: S608
        " FROM (SELECT CASE WHEN {} IS NOT NULL THEN {} END AS n) AS one)",
        days,
        number,
    )


def _times(writer: Writer, parts: Parts, types: Types) -> Sql:
    one, other = parts if types[0] == M else reversed(parts)
    found = put("({} * {})", one, other)
    return _money(found, one) if M in types else found


def _over(writer: Writer, parts: Parts, types: Types) -> Sql:
    one, other = parts
    found = put("round(({} + 0.00000000000000000000) / NULLIF({}, 0), 10)", one, other)
    if types[0] != M:
        return found
    return _money(found, one, other) if types[1] == N else _only_amount(_money(found, one, other))


def _only_amount(money: Sql) -> Sql:
    return Sql(money.text, money.values)


def _compared(sign: str) -> Callable[[Writer, Parts, Types], Sql]:
    def write(writer: Writer, parts: Parts, types: Types) -> Sql:
        one, other = parts
        found = put(f'({{}} COLLATE "C" {sign} {{}})' if types[0] == T else f"({{}} {sign} {{}})", one, other)
        return _only_amount(_money(found, one, other)) if types[0] == M else found

    return write


def _if(writer: Writer, parts: Parts, types: Types) -> Sql:
    condition, then, otherwise = parts
    pattern = "CASE WHEN {} THEN {} WHEN NOT {} THEN {} END"
    found = put(pattern, condition, then, condition, otherwise)
    if types[1] != M:
        return found
    assert then.currency is not None
    assert otherwise.currency is not None
    return Sql(found.text, found.values, put(pattern, condition, then.currency, condition, otherwise.currency))


def _or_else(writer: Writer, parts: Parts, types: Types) -> Sql:
    one, other = parts
    if types[0] == T:
        return put("COALESCE(NULLIF({}, ''), {})", one, other)
    found = put("COALESCE({}, {})", one, other)
    if types[0] != M:
        return found
    assert one.currency is not None
    assert other.currency is not None
    pattern = "CASE WHEN {} IS NULL THEN {} ELSE {} END"
    return Sql(found.text, found.values, put(pattern, one, other.currency, one.currency))


def _extreme(word: str) -> Callable[[Writer, Parts, Types], Sql]:
    def write(writer: Writer, parts: Parts, types: Types) -> Sql:
        there = put(" AND ".join(["{} IS NOT NULL"] * len(parts)), *parts)
        found = put(f"CASE WHEN {{}} THEN {word}({', '.join(['{}'] * len(parts))}) END", there, *parts)
        if types[0] != M:
            return found
        for other in parts[1:]:
            found = _money(found, parts[0], other)
        return _money(found, parts[0])

    return write


def _concat(writer: Writer, parts: Parts, types: Types) -> Sql:
    return put(f"concat({', '.join(['{}'] * len(parts))})", *map(_said, parts, types))


def _said(part: Sql, type_: Type) -> Sql:
    if type_ == N:
        return put("trim_scale({})::text", part)
    return put("to_char(({})::timestamp, 'YYYY-MM-DD')", part) if type_ == D else part


def _round(writer: Writer, parts: Parts, types: Types) -> Sql:
    if types[0] == M:
        return _money(_to_units(parts[0]), parts[0])
    return put("round({}, {}::int)", *parts) if len(parts) > 1 else put("round({})", *parts)


def _on_amount(pattern: str) -> Callable[[Writer, Parts, Types], Sql]:
    def write(writer: Writer, parts: Parts, types: Types) -> Sql:
        found = put(pattern, parts[0])
        return _money(found, parts[0]) if types[0] == M else found

    return write


def _plain(pattern: str) -> Callable[[Writer, Parts, Types], Sql]:
    return lambda writer, parts, types: put(pattern, *parts)


def _currency(writer: Writer, parts: Parts, types: Types) -> Sql:
    assert parts[0].currency is not None
    return put("CASE WHEN {} IS NOT NULL THEN {} END", parts[0], parts[0].currency)


_FUNCTIONS: dict[str, Callable[[Writer, Parts, Types], Sql]] = {
    "+": _sum("+"),
    "-": _sum("-"),
    "*": _times,
    "/": _over,
    **{sign: _compared(sign) for sign in ("=", "<>", "<", "<=", ">", ">=")},
    "and": _plain("({} AND {})"),
    "or": _plain("({} OR {})"),
    "not": _plain("(NOT {})"),
    "neg": _on_amount("(- {})"),
    "abs": _on_amount("abs({})"),
    "if": _if,
    "or_else": _or_else,
    "is_empty": lambda writer, parts, types: put(
        "(COALESCE({}, '') = '')" if types[0] == T else "({} IS NULL)", parts[0]
    ),
    "min": _extreme("LEAST"),
    "max": _extreme("GREATEST"),
    "concat": _concat,
    "&": _concat,
    "round": _round,
    "today": lambda writer, parts, types: Sql("%s::date", (writer.now.today.isoformat(),)),
    "date": lambda writer, parts, types: Sql(
        f"({parts[0].text} AT TIME ZONE %s)::date", (*parts[0].values, writer.now.zone)
    ),
    "days": _plain("(- ({} - {}))::numeric"),
    "year": _plain("EXTRACT(YEAR FROM {})::numeric"),
    "month": _plain("EXTRACT(MONTH FROM {})::numeric"),
    "day": _plain("EXTRACT(DAY FROM {})::numeric"),
    "amount": lambda writer, parts, types: _only_amount(parts[0]),
    "currency": _currency,
}
