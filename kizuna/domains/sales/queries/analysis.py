"""How deals went: how far, how long, why they ended, and when people worked on them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, DateField, F, Func, IntegerField, Max, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, ExtractHour, ExtractIsoWeekDay, TruncMonth, TruncWeek

from kizuna.base.types.money import Money
from kizuna.customers.timeline.models import Interaction
from kizuna.domains.sales.models import Kind, Opportunity, Stage, StageVisit
from kizuna.domains.sales.queries.scopes import Scope
from kizuna.domains.sales.queries.worth import LeftOut, converted_on, exchange_for

MOST_DAYS = 400
FARTHEST = 2**15
"""How far a deal is that was won, wherever in the pipeline that stage stands."""


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


@dataclass(frozen=True)
class Window:
    """Whose deals of a pipeline, and from when until when."""

    scope: Scope
    pipeline_id: int
    first_on: dt.date
    last_on: dt.date
    zone: Any

    @property
    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        start, end = (dt.datetime.combine(day, dt.time(), self.zone) for day in (self.first_on, self.last_on))
        return start, end + dt.timedelta(days=1)


@dataclass
class Reached:
    stage: Stage
    count: int = 0
    worth: Money | None = None


def stages_of(pipeline_id: int) -> list[Stage]:
    """The way to winning: open stages in their order, then the one that wins."""
    rows = Stage.objects.live().filter(pipeline=pipeline_id).exclude(kind=Kind.LOST).order_by("position", "pk")
    found = list(rows)
    opened, won = ([one for one in found if one.kind == kind] for kind in (Kind.OPEN, Kind.WON))
    return [*opened, *won[:1]]


def place_of(stage: Stage) -> int:
    """How far a deal is that came to this stage."""
    return FARTHEST if stage.kind == Kind.WON else stage.position


def entered(actor: Any, window: Window) -> Any:
    """The deals that began in the window, with how far they came (`far`, as `place_of` says of a stage)."""
    start, end = window.moments
    rows = Opportunity.objects.visible_to(actor).filter(
        window.scope.owned(), pipeline=window.pipeline_id, created_at__gte=start, created_at__lt=end
    )
    visits = StageVisit.objects.filter(opportunity=OuterRef("pk"), stage__pipeline=window.pipeline_id)
    won = When(stage__kind=Kind.WON, then=Value(FARTHEST))
    place = Case(won, default=F("stage__position"), output_field=IntegerField())
    far = visits.exclude(stage__kind=Kind.LOST).order_by().values("opportunity").annotate(far=Max(place))
    return rows.annotate(far=Coalesce(Subquery(far.values("far")), -1, output_field=IntegerField()))


@dataclass(frozen=True)
class Funnel:
    """How many deals came to each stage; `missing` could not be converted."""

    steps: Sequence[Reached]
    missing: Sequence[LeftOut]


def funnel(actor: Any, window: Window, currency: str) -> Funnel:
    """Of the deals that began in the window, how many came to each stage or beyond it. Four queries."""
    rows = entered(actor, window).order_by().annotate(rate_on=converted_on(currency))
    found = list(rows.values("far", "amount_currency", "rate_on").annotate(total=Sum("amount"), count=Count("pk")))
    exchange = exchange_for(currency, found)
    steps = [Reached(stage, worth=Money.zero(currency)) for stage in stages_of(window.pipeline_id)]
    for row in found:
        worth = exchange.into(row["total"], row["amount_currency"], row["rate_on"], deals=row["count"])
        for step in steps:
            if place_of(step.stage) <= row["far"]:
                step.count += row["count"]
                step.worth = (step.worth or Money.zero(currency)) + worth
    return Funnel(steps, exchange.missing)


@dataclass
class Cohort:
    """The deals that began in a month: how many, and how many came to each stage. None: some may still come there."""

    month_on: dt.date
    count: int = 0
    open: int = 0
    reached: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def at(self, stage: Stage) -> int | None:
        found = self.reached.get(stage.pk, 0)
        return None if not found and self.open else found


def cohorts(actor: Any, window: Window) -> list[Cohort]:
    """Two queries."""
    steps = stages_of(window.pipeline_id)
    rows = entered(actor, window).order_by().annotate(month_on=TruncMonth("created_at", tzinfo=window.zone))
    found: dict[dt.date, Cohort] = {}
    for row in rows.values("month_on", "far", "status").annotate(count=Count("pk")):
        month = row["month_on"].date()
        one = found.setdefault(month, Cohort(month))
        one.count += row["count"]
        one.open += row["count"] if row["status"] == Kind.OPEN else 0
        for stage in steps:
            if place_of(stage) <= row["far"]:
                one.reached[stage.pk] += row["count"]
    return sorted(found.values(), key=lambda one: one.month_on)


@dataclass(frozen=True)
class Stay:
    """Days that deals stood in a stage: the middle, and what a quarter stayed below and above."""

    stage: Stage
    count: int
    lower: int | None
    median: int | None
    upper: int | None


def velocity(actor: Any, window: Window) -> list[Stay]:
    """Of the stays that ended in the window. Counted by whole days in the database; two queries."""
    start, end = window.moments
    deals = Opportunity.objects.visible_to(actor).filter(window.scope.owned(), pipeline=window.pipeline_id)
    visits = StageVisit.objects.filter(
        opportunity__in=deals.values("pk"), left_at__gte=start, left_at__lt=end, stage__pipeline=window.pipeline_id
    )
    days = visits.order_by().annotate(days=WholeDays(F("left_at"), F("entered_at"))).values("stage_id", "days")
    counts: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in days.annotate(count=Count("pk")):
        counts[row["stage_id"]][min(row["days"], MOST_DAYS)] += row["count"]
    stays = (stage for stage in stages_of(window.pipeline_id) if stage.kind == Kind.OPEN)
    return [_stay(stage, counts.get(stage.pk, {})) for stage in stays]


def stayed(actor: Any, window: Window, stage: Stage) -> Any:
    """The deals whose stay in a stage ended in the window."""
    start, end = window.moments
    visits = StageVisit.objects.filter(stage=stage, left_at__gte=start, left_at__lt=end)
    rows = Opportunity.objects.visible_to(actor).filter(window.scope.owned(), pipeline=window.pipeline_id)
    return rows.filter(pk__in=visits.values("opportunity"))


def _stay(stage: Stage, counts: dict[int, int]) -> Stay:
    whole = sum(counts.values())
    return Stay(stage, whole, *(quantile(counts, part) for part in (1, 2, 3)))


def quantile(counts: dict[int, int], quarters: int) -> int | None:
    """The least value that so many quarters of all are not above."""
    whole, seen = sum(counts.values()), 0
    for value in sorted(counts):
        seen += counts[value]
        if seen * 4 >= whole * quarters:
            return value
    return None


@dataclass(frozen=True)
class Ended:
    """Deals that were won or lost for a reason (None: no reason was given)."""

    reason_id: int | None
    reason: str
    kind: str
    count: int
    worth: Money


@dataclass(frozen=True)
class Endings:
    """The most frequent reasons first; `missing` could not be converted."""

    ended: Sequence[Ended]
    missing: Sequence[LeftOut]

    def of_kind(self, kind: str) -> list[Ended]:
        return [one for one in self.ended if one.kind == kind]


def endings(actor: Any, window: Window, currency: str) -> Endings:
    """What was closed in the window, by reason, the most frequent first; each at the rate of the day on which it
    was closed. Three queries."""
    rows = Opportunity.objects.visible_to(actor).filter(
        window.scope.owned(),
        pipeline=window.pipeline_id,
        status__in=(Kind.WON, Kind.LOST),
        closes_on__range=(window.first_on, window.last_on),
    )
    rate_on = Case(When(~Q(amount_currency=currency), then=F("closes_on")), output_field=DateField(null=True))
    by = ("status", "reason_id", "reason__name", "amount_currency", "rate_on")
    found = list(rows.order_by().annotate(rate_on=rate_on).values(*by).annotate(total=Sum("amount"), count=Count("pk")))
    exchange = exchange_for(currency, found)
    made: dict[tuple[str, int | None], Ended] = {}
    for row in found:
        key = (row["status"], row["reason_id"])
        worth = exchange.into(row["total"], row["amount_currency"], row["rate_on"], deals=row["count"])
        known = made.get(key)
        made[key] = Ended(
            row["reason_id"],
            row["reason__name"] or "",
            row["status"],
            row["count"] + (known.count if known else 0),
            worth + known.worth if known else worth,
        )
    ended = sorted(made.values(), key=lambda one: (-one.count, one.reason))
    return Endings(ended, exchange.missing)


def win_rate(ended: Sequence[Ended]) -> Decimal | None:
    """Won of all that were closed, in per cent."""
    won = sum(one.count for one in ended if one.kind == Kind.WON)
    whole = sum(one.count for one in ended)
    return (Decimal(won) * 100 / whole).quantize(Decimal(1)) if whole else None


def spoken(actor: Any, window: Window) -> Any:
    """The interactions in the window, of the people of the scope, with their weekday (1 is Monday) and hour where the
    reader is."""
    start, end = window.moments
    rows = Interaction.objects.visible_to(actor).filter(
        window.scope.owned(), Q(happened_at__gte=start) & Q(happened_at__lt=end)
    )
    return rows.order_by().annotate(
        weekday=ExtractIsoWeekDay("happened_at", tzinfo=window.zone),
        hour=ExtractHour("happened_at", tzinfo=window.zone),
    )


def activity(actor: Any, window: Window) -> dict[tuple[int, int], int]:
    """Interactions by weekday and hour. One query."""
    by_hour = spoken(actor, window).values("weekday", "hour").annotate(count=Count("pk"))
    return {(row["weekday"], row["hour"]): row["count"] for row in by_hour}


def activity_of_people(actor: Any, window: Window) -> dict[int | None, dict[dt.date, int]]:
    """Interactions by person and the Monday of the week. One query."""
    weeks = spoken(actor, window).annotate(week=TruncWeek("happened_at", tzinfo=window.zone)).values("owner_id", "week")
    found: dict[int | None, dict[dt.date, int]] = defaultdict(dict)
    for row in weeks.annotate(count=Count("pk")):
        found[row["owner_id"]][row["week"].date()] = row["count"]
    return found
