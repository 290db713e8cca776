"""How many rows lie in each of several lanes, and what an amount comes to in them: one statement for all lanes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models import F, Q, Value
from django.db.models.expressions import RawSQL

from kizuna.base.resources.fields import Field, MoneyAmount
from kizuna.base.types.money import Money

MOST_COUNTED = 10_000
"""Rows of a lane beyond this many are not counted."""

Key = TypeVar("Key")


@dataclass
class Tally:
    """Rows counted up to MOST_COUNTED; `totals` are those of all rows, one for each currency, and left out where there
    are more rows than were counted."""

    count: int = 0
    is_more: bool = False
    totals: list[Money] = field(default_factory=list)
    weighted: list[Money] = field(default_factory=list)


def tally(
    rows: models.QuerySet, lanes: Mapping[Key, Q], amount: MoneyAmount | None = None, weight: str = ""
) -> dict[Key, Tally]:
    """Count the rows of each lane, and add up `amount` in them; with `weight`, a column in per cent, what of it counts
    too."""
    found = {key: Tally() for key in lanes}
    keys = list(lanes)
    for place, currency, count, total, part in _counted(rows, list(lanes.values()), amount, weight):
        one = found[keys[place]]
        one.count += count
        if currency and total is not None:
            one.totals.append(Money.rounded(Decimal(str(total)), currency))
            one.weighted.append(Money.rounded(Decimal(str(part)) / 100, currency))
    for one in found.values():
        if one.count > MOST_COUNTED:
            one.count, one.is_more, one.totals, one.weighted = MOST_COUNTED, True, [], []
        one.totals.sort(key=lambda money: money.currency)
        one.weighted.sort(key=lambda money: money.currency)
    return found


def _counted(
    rows: models.QuerySet, lanes: list[Q], amount: MoneyAmount | None, weight: str
) -> list[tuple[int, str, int, Any, Any]]:
    """(place of the lane, currency, rows, sum, hundred times the weighted sum)."""
    connection = connections[rows.db]
    rows = rows.order_by()
    if amount:
        sums, currencies = amount.amount_paths
        told, by = "lane_currency, COUNT(*), SUM(lane_amount), SUM(lane_amount * lane_weight)", "GROUP BY lane_currency"
        weighed = F(weight) if weight else Value(100)
        rows = rows.annotate(lane_currency=F(currencies), lane_amount=F(sums), lane_weight=weighed)
        asked = rows.values_list("lane_currency", "lane_amount", "lane_weight")
    else:
        told, by, asked = "'', COUNT(*), NULL, NULL", "", rows.values_list("pk")
    parts: list[str] = []
    given: list[Any] = []
    for place, where in enumerate(lanes):
        try:
            sql, bound = asked.filter(where)[: MOST_COUNTED + 1].query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT {place}, {told} FROM ({sql}) AS lane_{place} {by}")  # noqa: S608 - SQL of Django's
        given.extend(bound)
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), given)
        return cursor.fetchall()


def kept_values(rows: models.QuerySet, path: str, most: int) -> set[Any]:
    """The values that `path` has in any of the rows, at most `most`, each by a seek in an index that begins with it.

    To ask for the rows whose value is none of those known would read all of them.
    """
    connection = connections[rows.db]
    some = rows.order_by(path).values_list(path)
    first, first_values = some.exclude(**{path: None})[:1].query.get_compiler(connection=connection).as_sql()
    following = some.filter(**{f"{path}__gt": RawSQL("kept.value", ())})[:1]
    further, further_values = following.query.get_compiler(connection=connection).as_sql()
    statement = (
        f"WITH RECURSIVE kept (value) AS (SELECT * FROM ({first}) AS first_one"  # noqa: S608 - SQL of Django's
        f" UNION ALL SELECT ({further}) FROM kept WHERE value IS NOT NULL)"
        f" SELECT value FROM kept WHERE value IS NOT NULL LIMIT {most}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*first_values, *further_values])
        return {value for (value,) in cursor.fetchall()}


def countable(found: Field | None) -> MoneyAmount | None:
    """The field as one that can be added up, or None."""
    return found if isinstance(found, MoneyAmount) else None
