"""Formulas as parts of the column of custom values, so that lists, conditions and sorting name them by a path.

`custom__of_number_12` is the number that the formula of field 12 comes to, `custom__of_text_12` the same as it is kept,
and so on (`PARTS`). PostgreSQL computes it itself. SQLite has no exact numbers: it calls `answer` for each row.

An answer that no calendar changes can have an index, on the very expression that queries use: the database keeps it
true whoever writes a row. PostgreSQL wants a function of its own for it (`create_function`). Its name, and that of the
index, has the mark of what the formula means, and queries use neither before the index is there.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from hashlib import blake2s
from typing import Any, ClassVar

from django.db import connections, models
from django.db.backends.signals import connection_created
from django.db.models.expressions import Col

from kizuna.base.types import custom_values
from kizuna.base.types.custom_values import DIGITS, PLACES, Part, WrittenDay
from kizuna.base.types.formulas import computing, sql
from kizuna.base.types.formulas.computing import Nothing, Now
from kizuna.base.types.formulas.nodes import Literal, Name, Node, Type, is_volatile, written
from kizuna.base.types.formulas.parsing import parse_written
from kizuna.base.types.money import Money

NAME = "KIZUNA_FORMULA"
MEANING = 1
"""Another number when formulas come to other answers than before: their indexes are made anew then."""
LONGEST_INDEXED = 500
"""Letters of a text that fit into a row of an index."""
NEVER = Now(dt.date.min, "UTC")
"""The day for what asks for none."""

Columns = Callable[[str], str]
"""The SQL of a column of the row, by the name of its field."""


@dataclass(frozen=True)
class Source:
    """A field that a formula reads: its type, and the paths of its columns in the same row (of money two). `longest` is
    how many letters a text has at most."""

    type: Type
    paths: tuple[str, ...]
    longest: int = 40


@dataclass(frozen=True)
class Formula:
    """What a formula field computes: a tree without names of other formulas, and where its fields lie. `indexed` is the
    mark of what the database has an index of."""

    tree: Node
    type: Type
    places: int | None
    sources: Mapping[str, Source]
    indexed: str = ""

    @cached_property
    def mark(self) -> str:
        """Another for every other meaning."""
        fields = [[name, source.type, *source.paths] for name, source in self.sources.items()]
        said = json.dumps([MEANING, written(self.tree), self.type, self.places, fields])
        return blake2s(said.encode(), digest_size=4).hexdigest()

    @property
    def has_index(self) -> bool:
        return self.indexed == self.mark

    @cached_property
    def can_have_index(self) -> bool:
        """Not where the day or the reader's zone matter, and not for texts that may be too long."""
        if not self.sources or is_volatile(self.tree):
            return False
        return self.type != Type.TEXT or _longest(self.tree, self.sources) <= LONGEST_INDEXED

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The fields of the model in which everything lies that it reads."""
        paths = [path for source in self.sources.values() for path in source.paths]
        return tuple(dict.fromkeys(path.partition("__")[0] for path in paths))


def _longest(tree: Node, sources: Mapping[str, Source]) -> int:
    """How many letters a text has at most."""
    if isinstance(tree, Name):
        return sources[tree.name].longest
    if isinstance(tree, Literal):
        return max(40, len(str(tree.value)))
    lengths = [_longest(arg, sources) for arg in tree.args]
    return sum(lengths) if tree.name in ("&", "concat") else max([40, *lengths])


_find: list[Callable[[int], Formula]] = []


def provide(find: Callable[[int], Formula]) -> None:
    """Say how the formula of a field is found by its number, among those of the database in use."""
    _find[:] = [find]


class Figured(Part):
    """What a formula comes to in a row. `returns` is what a function of PostgreSQL gives for it."""

    returns: ClassVar[str] = "text"
    called: ClassVar[str] = "{call}"

    @property
    def formula(self) -> Formula:
        return _find[0](self.number)

    def _columns(self, compiler: Any) -> Columns:
        here: Any = self.lhs
        model = here.target.model
        return lambda name: compiler.compile(Col(here.alias, model._meta.get_field(name)))[0]

    def as_sqlite(self, compiler: Any, connection: Any, **_options: Any) -> Any:
        return self._in_sqlite(self._columns(compiler)), []

    def as_postgresql(self, compiler: Any, connection: Any, **_options: Any) -> Any:
        columns = self._columns(compiler)
        if self.formula.has_index and type(self) is SORTED[self.formula.type]:
            return self._call(columns, connection), []
        text, values = self._in_postgresql(columns)
        return text, list(values)

    def bare(self, model: type[models.Model], using: str) -> str:
        connection = connections[using]
        columns = _columns_of(model, connection)
        if connection.vendor == "postgresql":
            return self._call(columns, connection)
        return self._in_sqlite(columns).replace("%%", "%")

    def _parts(self, columns: Columns, vendor: str) -> list[str]:
        """The SQL of what its fields hold, of one after the other."""
        found = []
        for source in self.formula.sources.values():
            for path in source.paths:
                column, _separator, part = path.partition("__")
                text = columns(column)
                found.append(custom_values.part_of(path).of_column(text, vendor) if part else text)
        return found

    def _in_sqlite(self, columns: Columns) -> str:
        said = _specification(self.formula, Now.here() if is_volatile(self.formula.tree) else NEVER)
        literal = "'{}'".format(said.replace("'", "''").replace("%", "%%"))
        texts = ", ".join([literal, *self._parts(columns, "sqlite")])
        return self.sqlite.format(value=f"{NAME}({texts})")

    def _in_postgresql(self, columns: Columns) -> tuple[str, Sequence[Any]]:
        formula = self.formula
        parts = iter(self._parts(columns, "postgresql"))
        sources = {name: _source(source, parts) for name, source in formula.sources.items()}
        types = {name: source.type for name, source in formula.sources.items()}
        found = sql.final(sql.Writer(sources, types, Now.here()).of(formula.tree), formula.type, formula.places)
        return self._shaped(found, formula.type)

    def _call(self, columns: Columns, connection: Any) -> str:
        name = connection.ops.quote_name(function_name(self.number, self.formula.mark))
        return self.called.format(call=f"{name}({', '.join(map(columns, self.formula.columns))})")

    def create_function(self, model: type[models.Model], connection: Any) -> str:
        """The statement that makes the function of PostgreSQL; an index takes none that is not known to be steady."""
        columns = _columns_of(model, connection)
        fields = [model._meta.get_field(name) for name in self.formula.columns]
        given = ", ".join(f"{columns(field.name)} {field.db_type(connection)}" for field in fields)
        text, values = self._in_postgresql(columns)
        body = connection.ops.compose_sql(f"SELECT {text}", list(values))
        name = connection.ops.quote_name(function_name(self.number, self.formula.mark))
        head = f"CREATE OR REPLACE FUNCTION {name}({given}) RETURNS {self.returns}"
        return str(connection.ops.compose_sql(f"{head} LANGUAGE sql IMMUTABLE PARALLEL SAFE AS %s", [body]))

    def _shaped(self, found: sql.Sql, type_: Type) -> tuple[str, Sequence[Any]]:
        return found.text, found.values


class OfText(Figured):
    holds = models.TextField(null=True)

    def _shaped(self, found: sql.Sql, type_: Type) -> tuple[str, Sequence[Any]]:
        return f"({found.text})::text", found.values


class OfNumber(Figured):
    returns = "numeric"
    sqlite = "CAST({value} AS NUMERIC)"
    holds = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)


class OfAmount(Figured):
    returns = "numeric"
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
    returns = "boolean"
    sqlite = "COALESCE({value}, 0)"
    holds = models.BooleanField()

    def _shaped(self, found: sql.Sql, type_: Type) -> tuple[str, Sequence[Any]]:
        return f"COALESCE({found.text}, false)", found.values


class OfDay(Figured):
    called = '({call} COLLATE "C")'
    holds = WrittenDay(null=True)

    def _shaped(self, found: sql.Sql, type_: Type) -> tuple[str, Sequence[Any]]:
        return f"(to_char(({found.text})::timestamp, 'YYYY-MM-DD') COLLATE \"C\")", found.values


custom_values.PARTS |= {
    "of_text": OfText,
    "of_number": OfNumber,
    "of_amount": OfAmount,
    "of_currency": OfCurrency,
    "of_json": OfJson,
    "of_flag": OfFlag,
    "of_day": OfDay,
}
SORTED: dict[str, type[Figured]] = {
    Type.TEXT: OfText,
    Type.NUMBER: OfNumber,
    Type.MONEY: OfAmount,
    Type.BOOLEAN: OfFlag,
    Type.DATE: OfDay,
}
"""What each type is sorted and compared by: the part that has an index."""


def _columns_of(model: type[models.Model], connection: Any) -> Columns:
    """Columns without their table."""
    return lambda name: connection.ops.quote_name(model._meta.get_field(name).column)  # type: ignore[union-attr]


def function_name(number: int, mark: str) -> str:
    return f"kizuna_formula_{number}_{mark}"


# PostgreSQL ---------------------------------------------------------------------------------------------------------

_CASTS = {Type.NUMBER: "({})::numeric", Type.DATE: "({})::date", Type.MOMENT: "({})::timestamptz"}


def _source(source: Source, parts: Iterator[str]) -> sql.Sql:
    text = next(parts)
    if source.type == Type.MONEY:
        return sql.Sql(text, (), sql.Sql(next(parts)))
    if source.type in (Type.TEXT, Type.BOOLEAN):
        nothing = "''" if source.type == Type.TEXT else "false"
        return sql.Sql(f"COALESCE({text}, {nothing})")
    return sql.Sql(_CASTS[source.type].format(text))


# SQLite -------------------------------------------------------------------------------------------------------------


def teach(connection: Any, **_options: Any) -> None:
    """Let a new connection know the function: whoever writes a row keeps the indexes that ask it."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(NAME, -1, answer, deterministic=True)


connection_created.connect(teach)


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
