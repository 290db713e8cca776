"""Which types a formula's parts have. What does not fit is refused when it is written, not when it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.types.formulas.nodes import Call, Literal, Name, Node, Type, Wrong

N, M, D, W, T, B = Type.NUMBER, Type.MONEY, Type.DATE, Type.MOMENT, Type.TEXT, Type.BOOLEAN
WORDS = {
    N: _("a number"), M: _("an amount of money"), D: _("a day"), W: _("a moment"), T: _("text"), B: _("yes or no"),
}  # fmt: skip
Given = Sequence[Type]


@dataclass(frozen=True)
class Function:
    """How many arguments it takes, and the type that it makes of theirs; None for types it cannot take."""

    least: int
    most: int
    makes: Callable[[Given], Type | None]
    usage: str


def typed(tree: Node, fields: Mapping[str, Type]) -> Type:
    """The type of a formula over fields of these types. Raises Wrong."""
    if isinstance(tree, Literal):
        return B if isinstance(tree.value, bool) else N if isinstance(tree.value, Decimal) else T
    if isinstance(tree, Name):
        return _field(tree, fields)
    function = FUNCTIONS.get(tree.name)
    if function is None:
        raise _unknown(tree, [name for name in FUNCTIONS if name.isidentifier()])
    if not function.least <= len(tree.args) <= function.most:
        raise Wrong(_("Write it so: %(usage)s."), tree.at, usage=function.usage)
    given = [typed(arg, fields) for arg in tree.args]
    if tree.name == "round" and len(tree.args) == 2:
        _check_places(tree.args[1])
    found = function.makes(given)
    if found is None:
        raise _unfit(tree, given, function)
    return found


def _field(tree: Name, fields: Mapping[str, Type]) -> Type:
    if tree.name not in fields:
        raise _unknown(tree, list(fields))
    return fields[tree.name]


def _unknown(tree: Name | Call, known: list[str]) -> Wrong:
    close = get_close_matches(tree.name, known, n=1)
    if close:
        return Wrong(
            _("“%(name)s” is not known here. Did you mean “%(close)s”?"), tree.at, name=tree.name, close=close[0]
        )
    return Wrong(_("“%(name)s” is not known here."), tree.at, name=tree.name)


def _check_places(node: Node) -> None:
    if not (isinstance(node, Literal) and node.value in tuple(map(Decimal, range(7)))):
        raise Wrong(_("Round to 0 to 6 decimals, written as a number."), node.at)


def _unfit(tree: Call, given: Given, function: Function) -> Wrong:
    if tree.name in OPERATORS and len(given) == 2:
        message = _("“%(sign)s” does not go between %(left)s and %(right)s.")
        return Wrong(message, tree.at, sign=tree.name, left=WORDS[given[0]], right=WORDS[given[1]])
    if tree.name in OPERATORS:
        word = "-" if tree.name == "neg" else tree.name
        return Wrong(_("“%(sign)s” does not go with %(what)s."), tree.at, sign=word, what=WORDS[given[0]])
    return Wrong(_("These values do not fit. Write it so: %(usage)s."), tree.at, usage=function.usage)


def _table(*rows: tuple[Any, ...]) -> Callable[[Given], Type | None]:
    known = {tuple(row[:-1]): row[-1] for row in rows}
    return lambda given: known.get(tuple(given))


def _all(of: Sequence[Type], to: Type | None = None) -> Callable[[Given], Type | None]:
    """Arguments of one type among these; it makes that type, or `to`."""

    def makes(given: Given) -> Type | None:
        return (to or given[0]) if given[0] in of and len(set(given)) == 1 else None

    return makes


def _each(of: Sequence[Type], to: Type) -> Callable[[Given], Type | None]:
    return lambda given: to if all(one in of for one in given) else None


def _choice(given: Given) -> Type | None:
    return given[1] if given[0] == B and given[1] == given[2] != W else None


def _rounded(given: Given) -> Type | None:
    return given[0] if given[0] in (N, M) and given[1:] in ([], [N]) and not (given[0] == M and given[1:]) else None


COMPARED = (N, M, D, W, T)
OPERATORS: dict[str, Function] = {
    "+": Function(2, 2, _table((N, N, N), (M, M, M), (D, N, D), (N, D, D)), "a + b"),
    "-": Function(2, 2, _table((N, N, N), (M, M, M), (D, N, D), (D, D, N)), "a - b"),
    "*": Function(2, 2, _table((N, N, N), (M, N, M), (N, M, M)), "a * b"),
    "/": Function(2, 2, _table((N, N, N), (M, N, M), (M, M, N)), "a / b"),
    "&": Function(2, 2, _each((T, N, D), T), "a & b"),
    "=": Function(2, 2, _all((*COMPARED, B), B), "a = b"),
    "<>": Function(2, 2, _all((*COMPARED, B), B), "a <> b"),
    **{sign: Function(2, 2, _all(COMPARED, B), f"a {sign} b") for sign in ("<", "<=", ">", ">=")},
    "and": Function(2, 2, _all((B,)), "a and b"),
    "or": Function(2, 2, _all((B,)), "a or b"),
    "not": Function(1, 1, _all((B,)), "not a"),
    "neg": Function(1, 1, _all((N, M)), "-a"),
}
FUNCTIONS: dict[str, Function] = OPERATORS | {
    "if": Function(3, 3, _choice, "if(condition, then, else)"),
    "round": Function(1, 2, _rounded, "round(number, decimals)"),
    "abs": Function(1, 1, _all((N, M)), "abs(number)"),
    "min": Function(2, 9, _all((N, M, D)), "min(a, b)"),
    "max": Function(2, 9, _all((N, M, D)), "max(a, b)"),
    "today": Function(0, 0, lambda given: D, "today()"),
    "date": Function(1, 1, _all((W,), D), "date(moment)"),
    "days": Function(2, 2, _all((D,), N), "days(from, to)"),
    "year": Function(1, 1, _all((D,), N), "year(day)"),
    "month": Function(1, 1, _all((D,), N), "month(day)"),
    "day": Function(1, 1, _all((D,), N), "day(day)"),
    "concat": Function(1, 20, _each((T, N, D), T), "concat(a, b, …)"),
    "is_empty": Function(1, 1, _each((*COMPARED,), B), "is_empty(field)"),
    "or_else": Function(2, 2, _all((N, M, D, T)), "or_else(field, instead)"),
    "amount": Function(1, 1, _all((M,), N), "amount(money)"),
    "currency": Function(1, 1, _all((M,), T), "currency(money)"),
}
