"""How the deals stand, noted day by day: three statements over all of them, however many there are."""

from __future__ import annotations

import datetime as dt

from django.db import connections, router, transaction
from django.db.models import Count, Max, Q
from django.db.models.functions import TruncMonth

from kizuna.base.types.days import server_day
from kizuna.domains.sales.models import Kind, OpportunityState, StageOutcome, StageVisit
from kizuna.domains.sales.services.standing import add_up_states

NOTED = (
    "owner_id", "pipeline_id", "stage_id", "status", "amount", "amount_currency", "probability", "forecast_category",
    "closes_on", "territory_id",
)  # fmt: skip
_DIFFERS = " OR ".join(f"s.{name} IS DISTINCT FROM o.{name}" for name in NOTED)
_CHANGED = f"""
    SELECT s.id FROM sales_opportunitystate s JOIN sales_opportunity o ON o.id = s.opportunity_id
    WHERE s.until_on IS NULL AND (o.deleted_at IS NOT NULL OR {_DIFFERS})
"""  # noqa: S608 - names of ours
_FORGET = f"DELETE FROM sales_opportunitystate WHERE from_on = %s AND id IN ({_CHANGED})"  # noqa: S608
_CLOSE = f"UPDATE sales_opportunitystate SET until_on = %s WHERE from_on < %s AND id IN ({_CHANGED})"  # noqa: S608
_OPEN = f"""
    INSERT INTO sales_opportunitystate (opportunity_id, from_on, {", ".join(NOTED)})
    SELECT o.id, CAST(%s AS DATE), {", ".join(f"o.{name}" for name in NOTED)} FROM sales_opportunity o
    WHERE o.deleted_at IS NULL AND NOT EXISTS
        (SELECT 1 FROM sales_opportunitystate s WHERE s.opportunity_id = o.id AND s.until_on IS NULL)
"""  # noqa: S608


@transaction.atomic
def note_states(*, day: dt.date | None = None) -> int:
    """Note how every deal stands at the end of `day` (today by the clock of the server); how many stand otherwise.

    What was noted earlier on the same day is written anew, so that it may be noted as often as one likes; after days
    in which nothing was noted, what changed counts from now on. A day before the last noted one changes nothing.
    """
    day = day or server_day()
    last = OpportunityState.objects.aggregate(last=Max("from_on"))["last"]
    if last is not None and day < last:
        return 0
    connection = connections[router.db_for_write(OpportunityState)]
    asked = connection.ops.adapt_datefield_value(day)
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [asked])
        cursor.execute(_CLOSE, [asked, asked])
        closed = cursor.rowcount
        opening = _OPEN if connection.vendor == "postgresql" else _OPEN.replace("CAST(%s AS DATE)", "%s")
        cursor.execute(opening, [asked])
        changed = max(int(cursor.rowcount), int(closed))
    add_up_states(day=day)
    return changed


@transaction.atomic
def reckon_outcomes() -> int:
    """Count anew what became of the deals that were in each open stage, by the month in which they were closed."""
    visits = StageVisit.objects.filter(
        stage__kind=Kind.OPEN,
        opportunity__status__in=(Kind.WON, Kind.LOST),
        opportunity__deleted_at=None,
        opportunity__closes_on__isnull=False,
    )
    rows = (
        visits.order_by()
        .values("stage_id", month_on=TruncMonth("opportunity__closes_on"))
        .annotate(
            won=Count("opportunity_id", filter=Q(opportunity__status=Kind.WON), distinct=True),
            lost=Count("opportunity_id", filter=Q(opportunity__status=Kind.LOST), distinct=True),
        )
    )
    found = [StageOutcome(**row) for row in rows]
    StageOutcome.objects.all().delete()
    StageOutcome.objects.bulk_create(found)
    return len(found)
