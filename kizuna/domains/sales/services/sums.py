"""Sums of what is over: how long deals stayed in stages, by day. A job counts; who changes what was counted says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import connections, router, transaction
from django.db.models import Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from kizuna.base.types import periods
from kizuna.domains.sales.models import StageVisit, StaleStays, StaysCounted, StaySum

FIRST = dt.date(1900, 1, 1)
SETTLED = dt.timedelta(days=1)
"""What ended so long ago stays as it is: no slip of the hand is taken back, no transaction is under way."""
_DAY = {"postgresql": "CAST(v.left_at AT TIME ZONE 'UTC' AS DATE)", "sqlite": "date(v.left_at)"}
_DAYS = {
    "postgresql": "CAST(FLOOR(EXTRACT(EPOCH FROM (v.left_at - v.entered_at)) / 86400) AS INTEGER)",
    "sqlite": "CAST(julianday(v.left_at) - julianday(v.entered_at) AS INTEGER)",
}
_COUNT = """
    INSERT INTO sales_staysum (stage_id, left_on, days, count)
    SELECT v.stage_id, {day}, {days}, COUNT(*)
    FROM sales_stagevisit v JOIN sales_opportunity o ON o.id = v.opportunity_id JOIN sales_stage s ON s.id = v.stage_id
    WHERE o.deleted_at IS NULL AND o.pipeline_id = s.pipeline_id AND v.left_at >= %s AND v.left_at < %s
    GROUP BY v.stage_id, {day}, {days}
"""


def note_changed_stays(*, opportunity_ids: Any = (), stage_ids: Iterable[int] = ()) -> None:
    """The stays of these deals, or in these stages, count otherwise than before: say so of their days. To be called in
    the transaction that changed them."""
    visits = StageVisit.objects.filter(
        Q(opportunity__in=opportunity_ids) | Q(stage__in=list(stage_ids)), left_at__isnull=False
    )
    days = visits.order_by().values_list(TruncDate("left_at", tzinfo=dt.UTC), flat=True).distinct()
    StaleStays.objects.bulk_create(StaleStays(left_on=day) for day in days)


@transaction.atomic
def count_stays(*, now: dt.datetime | None = None) -> int:
    """Count the days that are over, and those that changed since they were counted; how many of these there were.

    Who changes something meanwhile writes a mark that is not among those read here, so that its day is counted again.
    """
    settled = ((now or timezone.now()) - SETTLED).astimezone(dt.UTC).date()
    row = StaysCounted.objects.select_for_update().filter(pk=1).first()
    until = row.until_on if row else FIRST
    marks = dict(StaleStays.objects.values_list("pk", "left_on"))
    stale = sorted({day for day in marks.values() if day < until})
    StaySum.objects.filter(left_on__in=stale).delete()
    for first, after in periods.runs(stale):
        _count(first, after)
    if until < settled:
        _count(until, settled)
        StaysCounted.objects.update_or_create(pk=1, defaults={"until_on": settled})
    StaleStays.objects.filter(pk__in=list(marks)).delete()
    return len(stale)


@transaction.atomic
def count_all_stays() -> None:
    """From the first day, whatever was counted before: for who loaded visits past the services."""
    StaysCounted.objects.all().delete()
    StaySum.objects.all().delete()
    count_stays()


def _count(first: dt.date, after: dt.date) -> None:
    connection = connections[router.db_for_write(StaySum)]
    sql = _COUNT.format(day=_DAY[connection.vendor], days=_DAYS[connection.vendor])
    moments = (dt.datetime.combine(day, dt.time(), dt.UTC) for day in (first, after))
    with connection.cursor() as cursor:
        cursor.execute(sql, [connection.ops.adapt_datetimefield_value(moment) for moment in moments])
