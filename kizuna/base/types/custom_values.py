"""The column for values of fields that administrators add, and SQL expressions for its parts.

A value lies under "f<number of the field>" in storage form: texts, decimals as text, days and moments as ISO text of
fixed width (so that their order is that of the text), ids as numbers, money as {"amount", "currency"}, a position as
{"lat", "lon", "told"} like the columns of `types.columns.PositionField`. In a query
`custom__number_12` is the number under "f12", `custom__text_12` the text, and so on (`PARTS`). What the two databases
make of it can be indexed; `Part.bare` is what such an index is made on.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.db import connections, models
from django.db.models import Func, Transform
from django.utils.dateparse import parse_date, parse_datetime

from kizuna.base.types.columns import ReadableEncoder

COLUMN = "custom"
DIGITS, PLACES = 38, 10


class CustomValuesField(models.JSONField):
    """{"f12": "…"}; {} where nothing was given, which the database keeps as NULL so that no table is written anew."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options |= {"null": True, "blank": True, "editable": False, "encoder": ReadableEncoder}
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        for option in ("null", "blank", "editable", "encoder"):
            options.pop(option, None)
        return name, path, args, options

    def get_default(self) -> dict[str, Any]:
        return {}

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return super().from_db_value(value, expression, connection) or {}

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return super().get_db_prep_save(value or None, connection)  # None itself would be the null of JSON

    def get_transform(self, name: str) -> Any:
        found = _read(name)
        if found is None:
            return super().get_transform(name)
        kind, number = found
        return lambda *sources, **options: kind(*sources, number=number, **options)

    def part(self, name: str) -> models.Field | None:
        """What a part holds: the column that it would be, had it one of its own."""
        found = _read(name)
        return found[0].holds if found else None


class WrittenDay(models.DateField):
    """A day that the database keeps as text."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = value if prepared else self.get_prep_value(value)
        return value.isoformat() if isinstance(value, dt.date) else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return parse_date(value) if isinstance(value, str) else value


class WrittenMoment(models.DateTimeField):
    """A moment that the database keeps as text, in UTC."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = value if prepared else self.get_prep_value(value)
        return written_moment(value) if isinstance(value, dt.datetime) else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return parse_datetime(value) if isinstance(value, str) else value


def written_moment(value: dt.datetime) -> str:
    """2026-11-20T06:30:00.000000Z: every moment takes the same width, so that texts sort as moments do."""
    return value.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class AsMoment(Func):
    """A moment that is kept as text, as the database's own functions take one."""

    output_field = models.DateTimeField(null=True)

    def as_sqlite(self, compiler: Any, connection: Any, **options: Any) -> Any:
        template = "REPLACE(SUBSTR(%(expressions)s, 1, 26), 'T', ' ')"
        return self.as_sql(compiler, connection, template=template, **options)

    def as_postgresql(self, compiler: Any, connection: Any, **options: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)::timestamptz", **options)


class Part(Transform):
    """The value under one number. The number is ours and stands in the SQL itself, or no index would fit."""

    inner = ""
    sqlite = "{value}"
    postgresql = "{value}"
    holds: Any = models.TextField(null=True)

    def __init__(self, *sources: Any, number: int = 0, **options: Any) -> None:
        self.number = int(number)
        super().__init__(*sources, output_field=self.holds, **options)

    def as_sqlite(self, compiler: Any, connection: Any, **_options: Any) -> Any:
        column, values = compiler.compile(self.lhs)
        return self._of_sqlite(column), values

    def as_postgresql(self, compiler: Any, connection: Any, **_options: Any) -> Any:
        column, values = compiler.compile(self.lhs)
        return self._of_postgresql(column), values

    def bare(self, model: type[models.Model], using: str) -> str:
        """The SQL without its table, as an index needs it: the same that queries ask for."""
        connection = connections[using]
        column = connection.ops.quote_name(COLUMN)
        return self.of_column(column, connection.vendor)

    def of_column(self, column: str, vendor: str) -> str:
        """The SQL over the column of custom values, as it is called in a statement."""
        return self._of_postgresql(column) if vendor == "postgresql" else self._of_sqlite(column)

    def _of_sqlite(self, column: str) -> str:
        path = f".{self.inner}" if self.inner else ""
        return self.sqlite.format(value=f"JSON_EXTRACT({column}, '$.f{self.number}{path}')")

    def _of_postgresql(self, column: str) -> str:
        value = (
            f"({column} -> 'f{self.number}' ->> '{self.inner}')" if self.inner else f"({column} ->> 'f{self.number}')"
        )
        return self.postgresql.format(value=value)


class TextPart(Part):
    pass


class NumberPart(Part):
    sqlite, postgresql = "CAST({value} AS NUMERIC)", "({value}::numeric)"
    holds = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)


class AmountPart(NumberPart):
    inner = "amount"


class CurrencyPart(Part):
    inner = "currency"


class FlagPart(Part):
    sqlite, postgresql = "COALESCE({value}, 0)", "COALESCE({value}::boolean, false)"
    holds = models.BooleanField()


class IdPart(Part):
    sqlite, postgresql = "CAST({value} AS INTEGER)", "({value}::bigint)"
    holds = models.BigIntegerField(null=True)


class LatitudePart(Part):
    """Of a position: millionths of a degree, like its longitude."""

    inner = "lat"
    sqlite, postgresql = "CAST({value} AS INTEGER)", "({value}::integer)"
    holds = models.IntegerField(null=True)


class LongitudePart(LatitudePart):
    inner = "lon"


class ToldPart(Part):
    inner = "told"


class DayPart(Part):
    postgresql = '({value} COLLATE "C")'
    holds = WrittenDay(null=True)


class MomentPart(Part):
    postgresql = '({value} COLLATE "C")'
    holds = WrittenMoment(null=True)


class JsonPart(Part):
    """The value as it is stored, where that is more than one text."""

    holds = models.JSONField(null=True)

    def _of_postgresql(self, column: str) -> str:
        return f"({column} -> 'f{self.number}')"


PARTS: dict[str, type[Part]] = {  # `formulas.columns` adds more
    "text": TextPart,
    "number": NumberPart,
    "amount": AmountPart,
    "currency": CurrencyPart,
    "flag": FlagPart,
    "id": IdPart,
    "lat": LatitudePart,
    "lat_lon": LongitudePart,
    "lat_told": ToldPart,
    "day": DayPart,
    "moment": MomentPart,
    "json": JsonPart,
}
_WRITTEN = re.compile(r"([a-z_]+)_([0-9]{1,18})(_[a-z]+)?")


def _read(name: str) -> tuple[type[Part], int] | None:
    """The part and the number in a name: "number_12"; "lat_12_lon" stands beside "lat_12"."""
    found = _WRITTEN.fullmatch(name)
    kind = PARTS.get(f"{found[1]}{found[3] or ''}") if found else None
    return (kind, int(found[2])) if found and kind else None


def path_of(part: str, number: int) -> str:
    """The ORM path of a part: "custom__number_12"."""
    return f"{COLUMN}__{part}_{number}"


def part_of(path: str) -> Part:
    """The part at the end of such a path."""
    found = _read(path.partition("__")[2])
    assert found is not None, path
    kind, number = found
    return kind(models.F(COLUMN), number=number)
