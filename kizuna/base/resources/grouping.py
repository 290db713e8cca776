"""Rows gathered by one or two fields and counted, or measured by a number: one statement over all of them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models import Case, DateField, DateTimeField, DecimalField, F, IntegerField, Q, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, NullIf, Trunc, TruncDate

from kizuna.base.conditions.columns import concrete
from kizuna.base.resources.fields import Choice, Day, Field, Flag, Moment, MoneyAmount, Number, Relation, Tags
from kizuna.base.resources.models import Key
from kizuna.base.resources.patience import at_most
from kizuna.base.types.custom_values import WrittenDay, WrittenMoment
from kizuna.base.types.money import minor_units

MOST_GROUPS, MOST_TIMES, MOST_PARTS = 20, 60, 6
"""How many groups are told apart; of days and the like; and of a second field. What is more is taken together."""
LONGEST = 15
"""Seconds."""
DAY, WEEK, MONTH, QUARTER, YEAR = "day", "week", "month", "quarter", "year"
SPANS = (DAY, WEEK, MONTH, QUARTER, YEAR)
COUNT, SUM, AVERAGE, LEAST, GREATEST = "count", "sum", "average", "min", "max"
WAYS = (SUM, AVERAGE, LEAST, GREATEST)
OTHERS = "~others"
"""The key of all groups that are not told apart."""
AMOUNT = DecimalField(max_digits=38, decimal_places=10)
RATE_PLACES = 10


@dataclass(frozen=True)
class Grouping:
    """By what rows are gathered; `span` of days and moments."""

    field: Field
    span: str = ""

    @property
    def is_time(self) -> bool:
        return isinstance(self.field, Day | Moment)

    @property
    def is_several(self) -> bool:
        """Whether a row can be in several groups."""
        return isinstance(self.field, Tags)

    def expression(self, zone: Any) -> Any:
        """What a row's group is, as the database reckons it; nothing where there is no value."""
        found = self.field
        if isinstance(found, Relation):
            return F(found.id_path)
        if isinstance(found, Flag):
            return Case(When(Q(**{found.path: True}), then=Value(1)), default=Value(0), output_field=IntegerField())
        if self.is_time:
            return Trunc(self._day(zone), self.span or MONTH, output_field=DateField())
        column = concrete(found.resource.model, found.path)
        if column is None or column.empty_strings_allowed:
            return NullIf(F(found.path), Value(""), output_field=models.CharField())
        return F(found.path)

    def _day(self, zone: Any) -> Any:
        column = concrete(self.field.resource.model, self.field.path)
        when: Any = F(self.field.path)
        if isinstance(self.field, Moment):
            when = Cast(when, DateTimeField()) if isinstance(column, WrittenMoment) else when
            return TruncDate(when, tzinfo=zone)
        return Cast(when, DateField()) if isinstance(column, WrittenDay) else when

    def read(self, key: Any) -> Any:
        """A key as the database hands it out."""
        if key is None or not self.is_time:
            return key
        if isinstance(key, str):
            return dt.date.fromisoformat(key[:10])
        return key.date() if isinstance(key, dt.datetime) else key

    def after(self, key: dt.date) -> dt.date:
        """The first day of the next week, month …"""
        if self.span in (DAY, WEEK):
            return key + dt.timedelta(days=1 if self.span == DAY else 7)
        months = {QUARTER: 3, YEAR: 12}.get(self.span, 1)
        year, month = divmod(key.year * 12 + key.month - 1 + months, 12)
        return dt.date(year, month + 1, 1)

    def leaf(self, key: Any) -> dict[str, Any]:
        """The condition that exactly the rows of a group meet."""
        name = self.field.name
        if isinstance(self.field, Flag):
            return {"field": name, "op": "is_true" if key else "is_false"}
        if key is None:
            return {"field": name, "op": "is_empty"}
        if self.is_time:
            last = self.after(key) - dt.timedelta(days=1)
            return {"field": name, "op": "between", "value": [key.isoformat(), last.isoformat()]}
        if self.is_several:
            return {"field": name, "op": "has_any", "value": [key]}
        return {"field": name, "op": "is", "value": key}

    def leaves_of_others(self, told: Sequence[Any]) -> list[dict[str, Any]]:
        """The conditions that exactly the rows in none of these groups meet; those without a value are told apart."""
        name, keys = self.field.name, [key for key in told if key is not None]
        filled = {"field": name, "op": "is_not_empty"}
        if not keys:
            return [filled]
        if self.is_time:
            return [{"field": name, "op": "before", "value": min(keys).isoformat()}]
        return [{"field": name, "op": "has_none" if self.is_several else "none_of", "value": keys}, filled]


@dataclass(frozen=True)
class Measure:
    """What is told of each group: how many rows, or the sum, average, least or greatest of a number or an amount.
    `rates` are what one unit of other currencies is worth in `currency`; without them amounts are told apart by
    currency."""

    way: str = COUNT
    field: Field | None = None
    currency: str = ""
    rates: Mapping[str, Decimal] = dataclasses.field(default_factory=dict)

    @property
    def is_money(self) -> bool:
        return isinstance(self.field, MoneyAmount)

    @property
    def by_currency(self) -> bool:
        return self.is_money and not self.rates

    def columns(self) -> tuple[Any, Any]:
        """The number of a row, and whether it has one at all: an amount in a currency without a rate has none."""
        if isinstance(self.field, MoneyAmount):
            amount, currency = self.field.amount_paths
            if not self.rates:
                return F(amount), F(amount)
            cases = [
                When(Q(**{currency: code}), then=Cast(F(amount), AMOUNT) * Value(round(rate, RATE_PLACES), AMOUNT))
                for code, rate in self.rates.items()
            ]
            return Case(*cases, default=Value(None), output_field=AMOUNT), F(amount)
        if self.field is not None:
            return F(self.field.path), F(self.field.path)
        return Value(1), Value(1)


@dataclass(frozen=True)
class Figure:
    """Of a group: its rows, how many of them have a number, these added up, the least and the greatest."""

    count: int = 0
    filled: int = 0
    given: int = 0
    total: Decimal = Decimal(0)
    least: Decimal | None = None
    greatest: Decimal | None = None
    first: int = 0
    """The lowest id in it."""

    def __add__(self, other: Figure) -> Figure:
        ends = (one for one in (self.least, other.least) if one is not None)
        tops = (one for one in (self.greatest, other.greatest) if one is not None)
        return Figure(
            self.count + other.count,
            self.filled + other.filled,
            self.given + other.given,
            self.total + other.total,
            min(ends, default=None),
            max(tops, default=None),
            min(one for one in (self.first, other.first) if one) if self.first or other.first else 0,
        )

    def rounded_to(self, coin: Decimal) -> Figure:
        """What was converted, before it is added up further: a group is the sum of the parts that stand beside it."""
        return replace(self, total=self.total.quantize(coin, ROUND_HALF_UP))

    def value(self, way: str) -> Decimal | int | None:
        if way == COUNT:
            return self.count
        if way == SUM:
            return self.total
        if way == AVERAGE:
            return self.total / self.filled if self.filled else None
        return self.least if way == LEAST else self.greatest

    @property
    def left_out(self) -> int:
        """Amounts that no rate converts."""
        return self.given - self.filled


@dataclass
class Gathered:
    """The figure of each pair of keys. `keys` and `parts` are in the order in which the database put them: the largest
    first, times as the calendar has them; OTHERS and None (no value) at the end. `others` groups are in OTHERS."""

    cells: dict[tuple[Any, Any], Figure]
    keys: list[Any]
    parts: list[Any]
    others: int = 0

    def of(self, key: Any) -> Figure:
        return sum((figure for (one, _part), figure in self.cells.items() if one == key), Figure())

    @cached_property
    def whole(self) -> Figure:
        return sum(self.cells.values(), Figure())


def divides(found: Field) -> bool:
    """Whether rows can be gathered by a field."""
    if found.condition() is None:
        return False
    return isinstance(found, Choice | Relation | Flag | Tags | Day | Moment)


def measurable(found: Field) -> bool:
    return isinstance(found, Number | MoneyAmount) and found.condition() is not None


def gather(
    rows: models.QuerySet, actor: Any, zone: Any, by: Grouping, split: Grouping | None, measure: Measure
) -> Gathered:
    """Raises TooLong."""
    connection = connections[rows.db]
    statement = _Statement(connection, rows, actor, zone, by, split, measure)
    try:
        sql, values = statement.build()
    except EmptyResultSet:
        return Gathered({}, [], [])
    with at_most(LONGEST, rows.db), connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = _gathered(cursor.fetchall(), by, split)
    if measure.way == SUM and measure.currency:
        coin = Decimal(1).scaleb(-minor_units(measure.currency))
        found.cells = {place: figure.rounded_to(coin) for place, figure in found.cells.items()}
    return found


def _gathered(lines: Sequence[Sequence[Any]], by: Grouping, split: Grouping | None) -> Gathered:
    cells: dict[tuple[Any, Any], Figure] = {}
    keys: dict[Any, int] = {}
    parts: dict[Any, int] = {}
    others = 0
    for place, part_place, groups, key, part, *rest in lines:
        here = OTHERS if place > _most(by) + 1 else by.read(key)
        there = OTHERS if part_place > MOST_PARTS + 1 else split.read(part) if split else part
        keys[here], parts[there] = int(place), int(part_place)
        others = max(others, int(groups) - _most(by) - 1)
        cells[here, there] = cells.get((here, there), Figure()) + _figure(rest)
    ordered = sorted(
        (key for key in keys if key not in (None, OTHERS)), key=lambda key: key if by.is_time else keys[key]
    )
    divided = sorted((part for part in parts if part not in (None, OTHERS)), key=lambda part: parts[part])
    ends = [key for key in (OTHERS, None) if key in keys]
    whole = [OTHERS, *ordered] if by.is_time and OTHERS in keys else [*ordered, *ends[: OTHERS in keys]]
    return Gathered(
        cells,
        [*whole, *([None] if None in keys else [])],
        [*divided, *(part for part in (OTHERS, None) if part in parts)],
        others,
    )


def _figure(rest: Sequence[Any]) -> Figure:
    count, filled, given, total, least, greatest, first = rest
    least, greatest = (None if one is None else Decimal(str(one)) for one in (least, greatest))
    return Figure(int(count), int(filled), int(given), Decimal(str(total or 0)), least, greatest, int(first))


def _most(by: Grouping) -> int:
    return MOST_TIMES if by.is_time else MOST_GROUPS


OUTER = {"g1": RawSQL("gathered.g1", ()), "g2": RawSQL("gathered.g2", ())}


class _Statement:
    """Rows with their groups; gathered; those of hidden records taken as empty; the largest told apart."""

    def __init__(
        self, connection: Any, rows: Any, actor: Any, zone: Any, by: Grouping, split: Grouping | None, measure: Measure
    ) -> None:
        self.connection, self.rows, self.actor, self.zone = connection, rows, actor, zone
        self.by, self.split, self.measure = by, split, measure
        self.values: list[Any] = []

    def build(self) -> tuple[str, list[Any]]:
        weight = {COUNT: "SUM(n)", SUM: "SUM(COALESCE(total, 0))"}.get(self.measure.way, "SUM(n)")
        order = "g1 DESC" if self.by.is_time else "weight DESC, g1"
        last = _most(self.by) + 2
        raw = self._raw()
        seen = ", ".join((self._seen(self.by, "g1"), self._seen(self.split, "g2")))
        sums = "SUM(n) AS n, SUM(filled) AS filled, SUM(given) AS given, SUM(total) AS total"
        sums = f"{sums}, MIN(least) AS least, MAX(greatest) AS greatest, MIN(first) AS first"
        sql = (
            f"WITH raw AS ({raw}), gathered AS (SELECT g1, g2, COUNT(*) AS n, COUNT(v) AS filled,"  # noqa: S608 - SQL of Django's
            " COUNT(given) AS given, SUM(v) AS total, MIN(v) AS least, MAX(v) AS greatest, MIN(pk) AS first"
            " FROM raw GROUP BY g1, g2),"
            f" seen AS (SELECT {seen}, n, filled, given, total, least, greatest, first FROM gathered),"
            f" again AS (SELECT g1, g2, {sums} FROM seen GROUP BY g1, g2),"
            f" weighed AS (SELECT again.*, {weight} OVER (PARTITION BY g1) AS weight,"
            f" {weight} OVER (PARTITION BY g2) AS part_weight FROM again),"
            f" placed AS (SELECT weighed.*, {_place('g1', order)} AS place,"
            f" {_place('g2', 'part_weight DESC, g2')} AS part_place FROM weighed),"
            f" cut AS (SELECT {_at_most('place', last)} AS head, {_at_most('part_place', MOST_PARTS + 2)} AS part,"
            " placed.* FROM placed)"
            " SELECT head, part, MAX(place), MIN(g1), MIN(g2), SUM(n), SUM(filled), SUM(given), SUM(total), MIN(least),"
            " MAX(greatest), MIN(first) FROM cut GROUP BY head, part"
        )
        return sql, self.values

    def _raw(self) -> str:
        value, given = self.measure.columns()
        asked: dict[str, Any] = {"chart_v": value, "chart_given": given}
        if not self.by.is_several:
            asked["chart_g1"] = self.by.expression(self.zone)
        if self.split:
            asked["chart_g2"] = self.split.expression(self.zone)
        elif isinstance(self.measure.field, MoneyAmount) and self.measure.by_currency:
            asked["chart_g2"] = NullIf(
                F(self.measure.field.amount_paths[1]), Value(""), output_field=models.CharField()
            )
        else:
            asked["chart_g2"] = Value("")
        inner = self.rows.order_by().annotate(chart_pk=F("pk"), **asked).values_list("chart_pk", *asked)
        sql, values = inner.query.get_compiler(connection=self.connection).as_sql()
        first, join = "one.chart_g1", ""
        if self.by.is_several:
            table = self.connection.ops.quote_name(Key._meta.db_table)
            first = "keys.key"
            join = (
                f" LEFT JOIN {table} AS keys ON keys.resource = %s AND keys.kind = %s AND keys.record_id = one.chart_pk"
            )
            values = [*values, self.by.field.resource.key, self.by.field.name]
        self.values = list(values)
        return (
            f"SELECT one.chart_pk AS pk, {first} AS g1, one.chart_g2 AS g2, one.chart_v AS v, one.chart_given AS given"  # noqa: S608 - SQL of Django's
            f" FROM ({sql}) AS one{join}"
        )

    def _seen(self, grouping: Grouping | None, name: str) -> str:
        """The group, or nothing where it is a record that the reader may not see: asked once for each group."""
        if grouping is None or not isinstance(grouping.field, Relation):
            return f"{name} AS {name}"
        condition = grouping.field.condition()
        visible = condition.visible(self.actor) if condition.visible else None
        if not visible:
            return f"{name} AS {name}"
        rows = grouping.field.target.model._base_manager.filter(visible, pk=OUTER[name])
        try:
            sql, values = rows.order_by().values("pk").query.get_compiler(connection=self.connection).as_sql()
        except EmptyResultSet:
            return f"NULL AS {name}"
        self.values.extend(values)
        return f"CASE WHEN EXISTS ({sql}) THEN {name} END AS {name}"


def _place(name: str, order: str) -> str:
    """The place of a group: 1 is that of no value, whether there is one or not."""
    rank = f"DENSE_RANK() OVER (ORDER BY CASE WHEN {name} IS NULL THEN 0 ELSE 1 END, {order})"
    return f"{rank} + CASE WHEN EXISTS (SELECT 1 FROM again WHERE {name} IS NULL) THEN 0 ELSE 1 END"  # noqa: S608 - names of our own


def _at_most(name: str, last: int) -> str:
    return f"CASE WHEN {name} < {last} THEN {name} ELSE {last} END"


def without_gone(found: Gathered, known: Sequence[Any]) -> Gathered:
    """Of a field with choices: what is none of them any more is among the others."""
    kept = {*known, None, OTHERS}
    gone = [key for key in found.keys if key not in kept]
    if not gone:
        return found
    cells: dict[tuple[Any, Any], Figure] = {}
    for (key, part), figure in found.cells.items():
        place = (key if key in kept else OTHERS, part)
        cells[place] = cells.get(place, Figure()) + figure
    keys = [key for key in found.keys if key in kept and key not in (None, OTHERS)]
    keys += [OTHERS] + ([None] if None in found.keys else [])
    return replace(found, cells=cells, keys=keys, others=found.others + len(gone))
