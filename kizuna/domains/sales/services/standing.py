"""What the deals that stand came to by month, stage, category and currency, kept as long as it was so (ADR 48)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import connections, router, transaction
from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from kizuna.domains.sales.models import OpportunityState, StandingSum
from kizuna.domains.sales.queries.worth import UPWARDS

BY = ("closes_in", "pipeline_id", "stage_id", "forecast_category", "amount_currency")
Key = tuple[Any, ...]
_MONTH = {"postgresql": "CAST(date_trunc('month', closes_on) AS DATE)", "sqlite": "date(closes_on, 'start of month')"}
_GROUP = "closes_in, pipeline_id, stage_id, forecast_category, amount_currency"
_ALL = f"""
    INSERT INTO sales_standingsum ({_GROUP}, from_on, until_on, count, total)
    WITH moves AS (
        SELECT {{month}} AS closes_in, pipeline_id, stage_id, forecast_category, amount_currency,
            from_on AS on_day, 1 AS one, COALESCE(amount, 0) AS amount
        FROM sales_opportunitystate WHERE {{counted}}
        UNION ALL
        SELECT {{month}}, pipeline_id, stage_id, forecast_category, amount_currency, until_on, -1, -COALESCE(amount, 0)
        FROM sales_opportunitystate WHERE {{counted}} AND until_on IS NOT NULL
    ), days AS (
        SELECT {_GROUP}, on_day, SUM(one) AS one, SUM(amount) AS amount FROM moves GROUP BY {_GROUP}, on_day
    ), running AS (
        SELECT {_GROUP}, on_day, LEAD(on_day) OVER way AS until_on, SUM(one) OVER way AS count,
            ROUND(SUM(amount) OVER way, 4) AS total
        FROM days WINDOW way AS (PARTITION BY {_GROUP} ORDER BY on_day)
    )
    SELECT {_GROUP}, on_day, until_on, count, total FROM running WHERE count > 0
"""  # noqa: S608 - names of ours
_COUNTED = "closes_on IS NOT NULL AND forecast_category IN ('closed', 'commit', 'best_case', 'pipeline')"


def add_up_states(*, day: dt.date) -> None:
    """Note what the states of now come to, from `day` on. To be called in the transaction that noted them; what was
    noted earlier on the same day is written anew."""
    StandingSum.objects.filter(from_on=day).delete()
    StandingSum.objects.filter(until_on=day).update(until_on=None)
    rows = OpportunityState.objects.filter(until_on=None, closes_on__isnull=False, forecast_category__in=UPWARDS)
    sums = rows.order_by().values_list(TruncMonth("closes_on"), *BY[1:]).annotate(Count("pk"), Sum("amount"))
    now = {tuple(row[: len(BY)]): (row[-2], round(Decimal(row[-1] or 0), 4)) for row in sums}
    over: list[int] = []
    for pk, count, total, *key in StandingSum.objects.filter(until_on=None).values_list("pk", "count", "total", *BY):
        if now.get(tuple(key)) == (count, total):
            del now[tuple(key)]
        else:
            over.append(pk)
    StandingSum.objects.filter(pk__in=over).update(until_on=day)
    StandingSum.objects.bulk_create(
        (
            StandingSum(**dict(zip(BY, key, strict=True)), from_on=day, count=count, total=total)
            for key, (count, total) in now.items()
        ),
        batch_size=1000,
    )


@transaction.atomic
def add_up_all_states() -> None:
    """From the first day, whatever was noted before: for who loaded states past the services."""
    connection = connections[router.db_for_write(StandingSum)]
    StandingSum.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(_ALL.format(month=_MONTH[connection.vendor], counted=_COUNTED))
