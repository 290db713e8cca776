"""Formulas as parts of the column of custom values, so that lists, conditions and sorting name them by a path.

`custom__of_number_12` is the number that the formula of field 12 comes to, `custom__of_text_12` the same as it is kept,
and so on (`PARTS`). PostgreSQL computes it itself. SQLite has no exact numbers: it calls `answer` for each row.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import models
from django.db.models.expressions import Col

from kizuna.base.types import custom_values
from kizuna.base.types.custom_values import DIGITS, PLACES, Part, WrittenDay
from kizuna.base.types.formulas import computing, sql
from kizuna.base.types.formulas.computing import Nothing, Now
from kizuna.base.types.formulas.nodes import Node, Type, written
from kizuna.base.types.formulas.parsing import parse_written
from kizuna.base.types.money import Money

NAME = "KIZUNA_FORMULA"


@dataclass(frozen=True)
class Source:
    """A field that a formula reads: its type, and the paths of its columns in the same row (of money two)."""

    type: Type
    paths: tuple[str, ...]


@dataclass(frozen=True)
class Formula:
    """What a formula field computes: a tree without names of other formulas, and where its fields lie."""

    tree: Node
    type: Type
    places: int | None
    sources: Mapping[str, Source]


_find: list[Callable[[int], Formula]] = []


def provide(find: Callable[[int], Formula]) -> None:
    """Say how the formula of a field is found by its number, among those of the database in use."""
    _find[:] = [find]


class Figured(Part):
    """What a formula comes to in a row."""

    @property
    def formula(self) -> Formula:
        return _find[0](self.number)

    def _columns(self, compiler: Any) -> list[tuple[str, Sequence[Any]]]:
        """The SQL of the columns of its fields, of one after the other."""
        here: Any = self.lhs
        found = []
        for source in self.formula.sources.values():
            for path in source.paths:
                name, _separator, part = path.partition("__")
                column = here.target.model._meta.get_field(name)
                expression: Any = Col(here.alias, column)
                if part:
                    expression = column.get_transform(part)(expression)
                found.append(compiler.compile(expression))
        return found

    def as_sqlite(self, compiler: Any, connection: Any, **_options: Any) -> Any:
        _teach(connection)
        columns = self._columns(compiler)
        texts = ", ".join(["%s", *(text for text, _values in columns)])
        values = [_specification(self.formula, Now.here()), *(one for _text, values in columns for one in values)]
        return self.sqlite.format(value=f"{NAME}({texts})"), values

    def as_postgresql(self, compiler: Any, connection: Any, **_options: Any) -> Any:
        formula = self.formula
        columns = iter(self._columns(compiler))
        sources = {name: _source(source, columns) for name, source in formula.sources.items()}
        types = {name: source.type for name, source in formula.sources.items()}
        found = sql.final(sql.Writer(sources, types, Now.here()).of(formula.tree), formula.type, formula.places)
        text, values = self._shaped(found, formula.type)
        return text, list(values)

    def _shaped(self, found: sql.Sql, type_: Type) -> tuple[str, Sequence[Any]]:
        return found.text, found.values


class OfText(Figured):
    holds = models.TextField(null=True)

    def _shaped(self, found: sql.Sql, type_: Type) -> tuple[str, Sequence[Any]]:
        return f"({found.text})::text", found.values


class OfNumber(Figured):
    sqlite = "CAST({value} AS NUMERIC)"
    holds = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)


class OfAmount(Figured):
    sqlite = "CAST(JSON_EXTRACT({value}, '$.amount') AS NUMERIC)"
    holds = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)


class OfCurrency(Figured):
    sqlite = "JSON_EXTRACT({value}, '$.currency')"
    holds = models.TextField(null=True)

    def _shaped(self, found: sql.Sql, type_: Type) -> tuple[str, Sequence[Any]]:
        assert found.currency is not None
        one = sql.put("CASE WHEN {} IS NOT NULL THEN {} END", found, found.currency)
        return one.text, one.values


class OfJson(Figured):
    holds = models.JSONField(null=True)

    def _shaped(self, found: sql.Sql, type_: Type) -> tuple[str, Sequence[Any]]:
        assert found.currency is not None
        pattern = "CASE WHEN {} IS NOT NULL THEN jsonb_build_object('amount', ({})::text, 'currency', {}) END"
        one = sql.put(pattern, found, found, found.currency)
        return one.text, one.values


class OfFlag(Figured):
    sqlite = "COALESCE({value}, 0)"
    holds = models.BooleanField()

    def _shaped(self, found: sql.Sql, type_: Type) -> tuple[str, Sequence[Any]]:
        return f"COALESCE({found.text}, false)", found.values


class OfDay(Figured):
    holds = WrittenDay(null=True)

    def _shaped(self, found: sql.Sql, type_: Type) -> tuple[str, Sequence[Any]]:
        return f"(to_char({found.text}, 'YYYY-MM-DD') COLLATE \"C\")", found.values


custom_values.PARTS |= {
    "of_text": OfText,
    "of_number": OfNumber,
    "of_amount": OfAmount,
    "of_currency": OfCurrency,
    "of_json": OfJson,
    "of_flag": OfFlag,
    "of_day": OfDay,
}


# PostgreSQL ---------------------------------------------------------------------------------------------------------

_CASTS = {Type.NUMBER: "({})::numeric", Type.DATE: "({})::date", Type.MOMENT: "({})::timestamptz"}


def _source(source: Source, columns: Any) -> sql.Sql:
    text, values = next(columns)
    if source.type == Type.MONEY:
        currency, more = next(columns)
        return sql.Sql(text, tuple(values), sql.Sql(currency, tuple(more)))
    if source.type in (Type.TEXT, Type.BOOLEAN):
        nothing = "''" if source.type == Type.TEXT else "false"
        return sql.Sql(f"COALESCE({text}, {nothing})", tuple(values))
    return sql.Sql(_CASTS[source.type].format(text), tuple(values))


# SQLite -------------------------------------------------------------------------------------------------------------


def _teach(connection: Any) -> None:
    """Let a connection know the function, once."""
    connection.ensure_connection()
    if connection.__dict__.get("kizuna_formulas") is not connection.connection:
        connection.connection.create_function(NAME, -1, answer, deterministic=True)
        connection.__dict__["kizuna_formulas"] = connection.connection


def _specification(formula: Formula, now: Now) -> str:
    fields = [[name, source.type] for name, source in formula.sources.items()]
    return json.dumps([written(formula.tree), fields, formula.places, now.today.isoformat(), now.zone])


def answer(specification: str, *columns: Any) -> Any:
    """The answer for one row, as it is kept; None for nothing."""
    try:
        return _answering(specification)(columns)
    except (Nothing, ArithmeticError, ValueError):
        return None


@lru_cache(maxsize=256)
def _answering(specification: str) -> Callable[[Sequence[Any]], Any]:
    text, fields, places, today, zone = json.loads(specification)
    now, find = Now(dt.date.fromisoformat(today), zone), computing.answering(parse_written(text), places)
    readers: list[tuple[str, Any, int]] = []
    place = 0
    for name, type_ in fields:
        readers.append((name, _READ[type_], place))
        place += 2 if type_ == Type.MONEY else 1

    def compute(columns: Sequence[Any]) -> Any:
        return kept(find({name: read(columns, at) for name, read, at in readers}, now))

    return compute


def kept(value: Any) -> Any:
    """An answer as the column of custom values would keep it."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Money):
        return json.dumps({"amount": str(value.amount), "currency": value.currency})
    return value.isoformat() if isinstance(value, dt.date) else value


def _number(columns: Sequence[Any], place: int) -> Decimal | None:
    value = columns[place]
    return None if value is None else Decimal(str(value))


def _money(columns: Sequence[Any], place: int) -> tuple[Decimal, str] | None:
    amount = _number(columns, place)
    return None if amount is None else (amount, columns[place + 1])


def _moment(columns: Sequence[Any], place: int) -> dt.datetime | None:
    """Django's columns of SQLite hold moments without their zone, which is UTC."""
    if columns[place] is None:
        return None
    found = dt.datetime.fromisoformat(columns[place])
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


_READ: dict[str, Callable[[Sequence[Any], int], Any]] = {
    Type.NUMBER: _number,
    Type.MONEY: _money,
    Type.DATE: lambda columns, place: None if columns[place] is None else dt.date.fromisoformat(columns[place]),
    Type.MOMENT: _moment,
    Type.TEXT: lambda columns, place: columns[place] or "",
    Type.BOOLEAN: lambda columns, place: bool(columns[place]),
}
