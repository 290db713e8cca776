"""The open deals of a period at the end of a day beside those of now, in one statement: every deal with one reason.

Each side is read once, from an index that holds all of it. A deal that is on both sides stayed; only of one that is
not, the database looks up what became of it, or how it stood. The deals of one reason are asked for by themselves,
of what changed: were their reason a condition on either side, PostgreSQL would expect so few of them that it compares
every deal of one side with every deal of the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, router

from kizuna.domains.sales.models import Opportunity
from kizuna.domains.sales.queries.forecast import Asked, counted, deals_of
from kizuna.domains.sales.queries.worth import GRAIN, OPEN, WHOSE

NEW, IN, BACK, WON, LOST, OUT, GONE, AMOUNT = "new", "in", "back", "won", "lost", "out", "gone", "amount"
SAME = ""
NOBODY = "SELECT 0, NULL, '', '', NULL, NULL WHERE 1 = 0"

_CHANGED = """
WITH stood (id, amount, currency, category, owner, territory) AS MATERIALIZED ({then}),
stands (id, amount, currency, category, owner, territory) AS MATERIALIZED ({now}),
changed AS MATERIALIZED (
    SELECT stood.id, stood.amount AS before, stood.currency AS currency_before, stands.amount AS now,
        COALESCE(stands.currency, '') AS currency_now, stood.amount AS size,
        stands.owner, stands.territory, stands.category,
        CASE WHEN stands.category <> stood.category THEN 1 ELSE 0 END AS other,
        CASE WHEN stands.id IS NULL THEN (
            SELECT CASE WHEN deal.deleted_at IS NOT NULL THEN 'gone' WHEN deal.status = 'won' THEN 'won'
                WHEN deal.status = 'lost' THEN 'lost' WHEN deal.closes_on BETWEEN %s AND %s THEN 'gone' ELSE 'out' END
            FROM sales_opportunity deal WHERE deal.id = stood.id)
        WHEN stood.amount IS NULL AND stands.amount IS NULL THEN ''
        WHEN stood.amount = stands.amount AND stood.currency = stands.currency THEN ''
        ELSE 'amount' END AS why
    FROM stood LEFT JOIN stands ON stands.id = stood.id
    UNION ALL
    SELECT stands.id, NULL, stands.currency, stands.amount, stands.currency, stands.amount,
        stands.owner, stands.territory, stands.category, 0, COALESCE((
        SELECT CASE WHEN state.closes_on BETWEEN %s AND %s THEN 'back' ELSE 'in' END
        FROM sales_opportunitystate state WHERE state.opportunity_id = stands.id AND state.from_on <= %s
            AND (state.until_on IS NULL OR state.until_on > %s)), 'new')
    FROM stands LEFT JOIN stood ON stood.id = stands.id WHERE stood.id IS NULL
)
"""
_SUMS = """
SELECT why, currency_before, currency_now, COUNT(*), SUM(before), SUM(now), SUM(other), owner, territory, category
FROM changed GROUP BY why, currency_before, currency_now, owner, territory, category
"""
_DEALS = """
SELECT id, size FROM changed WHERE why = %s AND {after} ORDER BY size DESC NULLS LAST, id LIMIT %s
"""
_AFTER = "(size < CAST(%s AS numeric) OR size IS NULL OR (size = CAST(%s AS numeric) AND id > %s))"


Place = tuple[Decimal | None, int]
"""Where a list of deals goes on: behind this amount and deal."""


def compared(actor: Any, asked: Asked, since: dt.date) -> list[dict[str, Any]]:
    """Sums by reason, currencies and whose they are now. One query. A deal counts as what it was then and is now; of
    one that is gone nothing counts now."""
    return [
        {
            "why": why, "amount_currency": currency, "currency_now": currency_now, "count": count,
            "before": _amount(was), "now": _amount(is_now), "others": int(other),
            **dict(zip(GRAIN, whose, strict=True)),
        }
        for why, currency, currency_now, count, was, is_now, other, *whose in _rows(actor, asked, since, _SUMS)
    ]  # fmt: skip


def changed_for(
    actor: Any, asked: Asked, since: dt.date, reason: str, *, after: Place | None, count: int
) -> list[tuple[int, Decimal | None]]:
    """So many deals that changed for one reason, the largest first, each with the amount that it stands by. One
    query."""
    place = "1 = 1"
    told: list[Any] = []
    if after is not None:
        size, pk = after
        place, told = ("size IS NULL AND id > %s", [pk]) if size is None else (_AFTER, [str(size), str(size), pk])
    rows = _rows(actor, asked, since, _DEALS.format(after=place), reason, *told, count)
    return [(pk, None if size is None else Decimal(str(size))) for pk, size in rows]


def _rows(actor: Any, asked: Asked, since: dt.date, told: str, *params: Any) -> list[tuple[Any, ...]]:
    """What is to be told of all that changed."""
    then = Asked(asked.period, asked.scope, asked.currency, asked.pipeline_id, since)
    connection = connections[router.db_for_read(Opportunity)]
    before, of_before = _sides(connection, deals_of(actor, then), then, "opportunity_id")
    now, of_now = _sides(connection, Opportunity.objects.visible_to(actor), asked, "pk")
    first, last, day = map(connection.ops.adapt_datefield_value, (asked.period.first_on, asked.period.last_on, since))
    with connection.cursor() as cursor:
        cursor.execute(
            _CHANGED.format(then=before, now=now) + told,
            [*of_before, *of_now, first, last, first, last, day, day, *params],
        )
        return list(cursor.fetchall())


def _sides(connection: Any, rows: Any, asked: Asked, key: str) -> tuple[str, Sequence[Any]]:
    """What is open of a period, as SQL."""
    found = rows.filter(counted(asked), asked.scope.owned(), forecast_category__in=OPEN).order_by()
    columns = found.values_list(key, "amount", "amount_currency", "forecast_category", *WHOSE)
    try:
        return columns.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return NOBODY, ()


def _amount(value: Any) -> Decimal | None:
    """SQLite adds amounts up as it likes; they have four places."""
    return None if value is None else round(Decimal(str(value)), 4)
