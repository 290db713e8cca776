"""A formula's answer in Python. What cannot be answered is nothing, with a reason; never an error."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.types.errors import fill
from kizuna.base.types.formulas.nodes import Literal, Name, Node
from kizuna.base.types.money import Money, minor_units

LIMIT = Decimal(10) ** 15
PLACES, QUOTIENTS = 10, 10**10
"""Numbers are exact; quotients have ten decimals."""
MOST_DAYS = 4_000_000
_EXACT = Context(prec=8000, rounding=ROUND_HALF_UP, Emax=9999, Emin=-9999)
ZERO = _("Something is divided by zero.")
CURRENCIES = _("The amounts have different currencies.")
TOO_LARGE = _("The number is too large.")
NO_DAY = _("There is no such day in the calendar.")


class Nothing(Exception):
    """There is no answer; `reason` says why."""

    def __init__(self, reason: Any) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Now:
    """The day it is, and where."""

    today: dt.date
    zone: str

    @classmethod
    def here(cls) -> Now:
        """In the zone that is active: that of whoever asks."""
        return cls(timezone.localdate(), timezone.get_current_timezone_name())


Values = Mapping[str, Any]
Answer = Callable[[Values, Now], Any]


@lru_cache(maxsize=256)
def answering(tree: Node, places: int | None = None) -> Answer:
    """A function of values and the moment that gives the answer as it is kept and shown, or raises Nothing.

    Values are None where they are missing; numbers are Decimals, money is (amount, currency), text is never missing. A
    number is rounded to its places, money to those of its currency.
    """
    find = _prepared(tree)

    def answer(values: Values, now: Now) -> Any:
        with localcontext(_EXACT):
            return _final(find(values, now), places)

    return answer


def _final(value: Any, places: int | None) -> Any:
    if isinstance(value, Decimal):
        return _bounded(_rounded(value, places or 0))
    if isinstance(value, tuple):
        return Money(_bounded(_rounded(value[0], minor_units(value[1]))), value[1])
    return value


def _bounded(value: Decimal) -> Decimal:
    if abs(value) >= LIMIT:
        raise Nothing(TOO_LARGE)
    return value


def _rounded(value: Decimal, places: int) -> Decimal:
    found = value.quantize(Decimal(1).scaleb(-places))
    return found if found else abs(found)  # no -0


def _prepared(tree: Node) -> Answer:
    """The tree as functions within functions: it is walked once, not for every row."""
    if isinstance(tree, Literal):
        value = tree.value
        return lambda values, now: value
    if isinstance(tree, Name):
        return _reader(tree.name)
    parts = [_prepared(arg) for arg in tree.args]
    if tree.name in _LAZY:
        return _LAZY[tree.name](parts)
    function = _FUNCTIONS[tree.name]
    return lambda values, now: function([part(values, now) for part in parts], now)


def _reader(name: str) -> Answer:
    empty = fill(_("“%(name)s” is empty."), {"name": name})

    def read(values: Values, now: Now) -> Any:
        value = values[name]
        if value is None:
            raise Nothing(empty)
        return value

    return read


# What does not need all of its arguments ------------------------------------------------------------------------------

Parts = Sequence[Answer]


def _perhaps(part: Answer, values: Values, now: Now) -> tuple[Any, Nothing | None]:
    try:
        return part(values, now), None
    except Nothing as nothing:
        return None, nothing


def _joined(decisive: bool) -> Callable[[Parts], Answer]:
    """SQL's AND and OR over true, false and unknown."""

    def of(parts: Parts) -> Answer:
        def join(values: Values, now: Now) -> bool:
            missing = None
            for part in parts:
                truth, nothing = _perhaps(part, values, now)
                if truth is decisive:
                    return decisive
                missing = missing or nothing
            if missing is not None:
                raise missing
            return not decisive

        return join

    return of


def _if(parts: Parts) -> Answer:
    condition, then, otherwise = parts
    return lambda values, now: (then if condition(values, now) else otherwise)(values, now)


def _is_empty(parts: Parts) -> Answer:
    def ask(values: Values, now: Now) -> bool:
        value, nothing = _perhaps(parts[0], values, now)
        return nothing is not None or bool(value == "")

    return ask


def _or_else(parts: Parts) -> Answer:
    def choose(values: Values, now: Now) -> Any:
        value, nothing = _perhaps(parts[0], values, now)
        return parts[1](values, now) if nothing is not None or value == "" else value

    return choose


def _concat(parts: Parts) -> Answer:
    """Missing parts are nothing to be said."""
    return lambda values, now: "".join([_said(_perhaps(part, values, now)[0]) for part in parts])


def _said(value: Any) -> str:
    if isinstance(value, Decimal):
        written = f"{value:f}"
        written = written.rstrip("0").rstrip(".") if "." in written else written
        return "0" if written == "-0" else written
    return "" if value is None else value.isoformat() if isinstance(value, dt.date) else str(value)


_LAZY: dict[str, Callable[[Parts], Answer]] = {
    "and": _joined(False),
    "or": _joined(True),
    "if": _if,
    "is_empty": _is_empty,
    "or_else": _or_else,
    "concat": _concat,
    "&": _concat,
}

# What does ------------------------------------------------------------------------------------------------------------

Given = Sequence[Any]


def _same_currency(given: Given) -> tuple[list[Decimal], str]:
    if len({currency for _amount, currency in given}) > 1:
        raise Nothing(CURRENCIES)
    return [amount for amount, _currency in given], given[0][1]


def _plus(given: Given, now: Now) -> Any:
    one, other = given
    if isinstance(one, tuple):
        amounts, currency = _same_currency(given)
        return sum(amounts), currency
    if isinstance(one, Decimal) and isinstance(other, dt.date):
        one, other = other, one
    return _later(one, other) if isinstance(one, dt.date) else one + other


def _minus(given: Given, now: Now) -> Any:
    one, other = given
    if isinstance(one, tuple):
        amounts, currency = _same_currency(given)
        return amounts[0] - amounts[1], currency
    if isinstance(one, dt.date):
        return Decimal((one - other).days) if isinstance(other, dt.date) else _later(one, -other)
    return one - other


def _later(day: dt.date, days: Decimal) -> dt.date:
    whole = days.to_integral_value()
    try:
        return day + dt.timedelta(days=int(whole) if abs(whole) <= MOST_DAYS else MOST_DAYS)
    except OverflowError as error:
        raise Nothing(NO_DAY) from error


def _times(given: Given, now: Now) -> Any:
    one, other = given
    if isinstance(other, tuple):
        one, other = other, one
    return (one[0] * other, one[1]) if isinstance(one, tuple) else one * other


def _over(given: Given, now: Now) -> Any:
    one, other = given
    if isinstance(other, tuple):
        (one, other), _currency = _same_currency(given)
    if isinstance(one, tuple):
        return _quotient(one[0], other), one[1]
    return _quotient(one, other)


def _quotient(one: Decimal, other: Decimal) -> Decimal:
    if not other:
        raise Nothing(ZERO)
    ratio = Fraction(one) / Fraction(other)
    whole = (abs(ratio) * QUOTIENTS + Fraction(1, 2)).__floor__()
    return Decimal(whole if ratio > 0 else -whole).scaleb(-PLACES)


def _compared(test: Callable[[Any, Any], bool]) -> Callable[[Given, Now], bool]:
    def compare(given: Given, now: Now) -> bool:
        if isinstance(given[0], tuple):
            given = _same_currency(given)[0]
        return test(given[0], given[1])

    return compare


def _chosen(choose: Callable[..., Any]) -> Callable[[Given, Now], Any]:
    def pick(given: Given, now: Now) -> Any:
        if isinstance(given[0], tuple):
            amounts, currency = _same_currency(given)
            return choose(amounts), currency
        return choose(given)

    return pick


def _on_amount(change: Callable[[Decimal], Decimal]) -> Callable[[Given, Now], Any]:
    def changed(given: Given, now: Now) -> Any:
        value = given[0]
        return (change(value[0]), value[1]) if isinstance(value, tuple) else change(value)

    return changed


def _round(given: Given, now: Now) -> Any:
    if isinstance(given[0], tuple):
        return _rounded(given[0][0], minor_units(given[0][1])), given[0][1]
    return _rounded(given[0], int(given[1]) if len(given) > 1 else 0)


def _day_of(given: Given, now: Now) -> dt.date:
    found: dt.date = given[0].astimezone(zoneinfo.ZoneInfo(now.zone)).date()
    return found


_FUNCTIONS: dict[str, Callable[[Given, Now], Any]] = {
    "+": _plus,
    "-": _minus,
    "*": _times,
    "/": _over,
    "=": _compared(lambda one, other: one == other),
    "<>": _compared(lambda one, other: one != other),
    "<": _compared(lambda one, other: one < other),
    "<=": _compared(lambda one, other: one <= other),
    ">": _compared(lambda one, other: one > other),
    ">=": _compared(lambda one, other: one >= other),
    "not": lambda given, now: not given[0],
    "neg": _on_amount(lambda value: -value),
    "abs": _on_amount(abs),
    "round": _round,
    "min": _chosen(min),
    "max": _chosen(max),
    "today": lambda given, now: now.today,
    "date": _day_of,
    "days": lambda given, now: Decimal((given[1] - given[0]).days),
    "year": lambda given, now: Decimal(given[0].year),
    "month": lambda given, now: Decimal(given[0].month),
    "day": lambda given, now: Decimal(given[0].day),
    "amount": lambda given, now: given[0][0],
    "currency": lambda given, now: given[0][1],
}
