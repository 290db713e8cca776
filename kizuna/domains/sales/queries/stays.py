"""How long deals stayed in the stages of a pipeline, by whole days: from sums where these tell of everybody, else from
the visits themselves."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, F, Func, IntegerField, Q, Sum

from kizuna.base.access import policy
from kizuna.base.types import periods
from kizuna.domains.sales.models import Opportunity, Stage, StageVisit, StaleStays, StaysCounted, StaySum

DAY = dt.timedelta(days=1)
MOST_RUNS = 40
"""With more holes than this in what was counted, all of it is looked at."""
Span = tuple[dt.datetime, dt.datetime]
Counts = dict[int, dict[int, int]]


class WholeDays(Func):
    """From one moment to another."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="CAST(julianday(%(expressions)s) AS INTEGER)", arg_joiner=") - julianday("
        )

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(FLOOR(EXTRACT(EPOCH FROM (%(expressions)s)) / 86400) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=" - ")


def stays_by_days(actor: Any, scope: Any, stages: Sequence[Stage], span: Span) -> Counts:
    """Of the stays in these stages of one pipeline that ended within a span: how many lasted how many days, by stage.
    Five queries at most."""
    counts: Counts = defaultdict(lambda: defaultdict(int))
    live = [span]
    if scope.is_everybody and policy.sees_all(actor, Opportunity):
        first, after, live, stale = _counted(span)
        sums = StaySum.objects.filter(stage__in=stages, left_on__gte=first, left_on__lt=after)
        rows = sums.exclude(left_on__in=stale).order_by().values_list("stage_id", "days")
        _add(counts, rows.annotate(Sum("count")) if first < after else ())
    if live:
        visits = visits_of(actor, scope, stages, live).annotate(days=WholeDays(F("left_at"), F("entered_at")))
        _add(counts, visits.values_list("stage_id", "days").annotate(Count("pk")))
    return counts


def visits_of(actor: Any, scope: Any, stages: Sequence[Stage], spans: Sequence[Span]) -> Any:
    """The stays in stages of one pipeline that ended within the spans, of the deals of it that somebody sees."""
    pipelines = {one.pipeline_id for one in stages}
    deals = Opportunity.objects.visible_to(actor).filter(scope.owned(), pipeline__in=pipelines)
    ended = reduce(or_, (Q(left_at__gte=start, left_at__lt=end) for start, end in spans))
    return StageVisit.objects.filter(ended, opportunity__in=deals.values("pk"), stage__in=stages).order_by()


def _counted(span: Span) -> tuple[dt.date, dt.date, list[Span], Collection[dt.date]]:
    """Which days within the span were counted (from, until, but for these), and what of it has to be looked at: the
    hours at its ends, the days that changed since, and those since it was last counted."""
    start, end = span
    row = StaysCounted.objects.filter(pk=1).first()
    first = start.astimezone(dt.UTC).date()
    if _midnight(first) < start:
        first += DAY
    after = min(end.astimezone(dt.UTC).date(), row.until_on) if row else first
    stale = set(StaleStays.objects.filter(left_on__gte=first, left_on__lt=after).values_list("left_on", flat=True))
    holes = periods.runs(stale)
    if first >= after or len(holes) > MOST_RUNS:
        return first, first, [span], ()
    live = [(start, _midnight(first)), *((_midnight(one), _midnight(next_)) for one, next_ in holes)]
    return first, after, [one for one in (*live, (_midnight(after), end)) if one[0] < one[1]], stale


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def _add(counts: Counts, rows: Iterable[tuple[int, int, int]]) -> None:
    for stage_id, days, count in rows:
        counts[stage_id][days] += count
