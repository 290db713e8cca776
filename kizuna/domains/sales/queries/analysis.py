"""How deals went: how far, how long, why they ended, and when people worked on them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Case, Count, DateField, F, Func, IntegerField, Q, Sum, When
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, TruncWeek

from kizuna.base.types.money import Money
from kizuna.customers.timeline.models import Interaction
from kizuna.domains.sales.models import CloseReason, Kind, Opportunity, Stage, Way
from kizuna.domains.sales.queries.periods import months_later
from kizuna.domains.sales.queries.scopes import Scope
from kizuna.domains.sales.queries.stays import stays_by_days, visits_of
from kizuna.domains.sales.queries.worth import LeftOut, converted_on, exchange_for, whose

MOST_DAYS = 400
FARTHEST = 2**15
"""How far a deal is that was won, wherever in the pipeline that stage stands."""


class Bucket(Func):
    """Which of some moments in their order was the last to come: 0 before the first of them."""

    function = "WIDTH_BUCKET"
    output_field = IntegerField()

    def __init__(self, moment: str, moments: Sequence[dt.datetime]) -> None:
        self.moments = list(moments)
        super().__init__(F(moment))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        sql, params = compiler.compile(self.source_expressions[0])
        told = [connection.ops.adapt_datetimefield_value(moment) for moment in self.moments]
        parts = [f"({sql} >= %s)" for _moment in told] or ["0"]
        return " + ".join(parts), [one for moment in told for one in (*params, moment)]

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        sql, params = compiler.compile(self.source_expressions[0])
        return f"WIDTH_BUCKET({sql}, CAST(%s AS timestamptz[]))", [*params, self.moments]


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

    @cached_property
    def stages(self) -> list[Stage]:
        """All stages of the pipeline, those in the trash as well."""
        return list(Stage.objects.filter(pipeline=self.pipeline_id).order_by("position", "pk"))

    @property
    def steps(self) -> list[Stage]:
        """The way to winning: open stages in their order, then the one that wins."""
        found = [one for one in self.stages if one.deleted_at is None]
        opened, won = ([one for one in found if one.kind == kind] for kind in (Kind.OPEN, Kind.WON))
        return [*opened, *won[:1]]

    @property
    def places(self) -> dict[int, int]:
        """How far the stages are, those in the trash as well; where deals are lost is no place."""
        return {one.pk: place_of(one) for one in self.stages if one.kind != Kind.LOST}

    @property
    def months(self) -> list[dt.date]:
        """The first days of the months that it lies in."""
        count = (self.last_on.year - self.first_on.year) * 12 + self.last_on.month - self.first_on.month
        return [months_later(self.first_on, number) for number in range(count + 1)]


@dataclass
class Reached:
    stage: Stage
    count: int = 0
    worth: Money | None = None


def place_of(stage: Stage) -> int:
    """How far a deal is that came to this stage."""
    return FARTHEST if stage.kind == Kind.WON else stage.position


def entered(actor: Any, window: Window) -> Any:
    """The deals that began in the window."""
    start, end = window.moments
    return Opportunity.objects.visible_to(actor).filter(
        window.scope.owned(), pipeline=window.pipeline_id, created_at__gte=start, created_at__lt=end
    )


def reached(actor: Any, window: Window, stage: Stage) -> Any:
    """Those of them that came to a stage or beyond it."""
    places = window.places
    least = place_of(stage)
    ways = [way.pk for way in Way.objects.all() if _farthest(places, way.stage_ids) >= least]
    stages = [pk for pk, place in places.items() if place >= least]
    return entered(actor, window).filter(Q(way__in=ways) | Q(way=None, stage__in=stages))


def _farthest(places: Mapping[int, int], stage_ids: Iterable[int]) -> int:
    return max((places[one] for one in stage_ids if one in places), default=-1)


def _with_far(rows: Any, window: Window, *by: str, **sums: Any) -> list[dict[str, Any]]:
    """Deals counted by these columns and by how far they came (`far`, as `place_of` says of a stage). Three queries."""
    only = Case(When(way=None, then=F("stage_id")), output_field=IntegerField(null=True))
    found = list(rows.order_by().annotate(only=only).values(*by, "way_id", "only").annotate(count=Count("*"), **sums))
    ways = {way.pk: way for way in Way.objects.filter(pk__in={row["way_id"] for row in found} - {None})}
    places = window.places
    for row in found:
        way = ways.get(row["way_id"])
        row["far"] = _farthest(places, way.stage_ids if way else [row["only"]])
    return found


@dataclass(frozen=True)
class Funnel:
    """How many deals came to each stage; `missing` could not be converted."""

    steps: Sequence[Reached]
    missing: Sequence[LeftOut]


def funnel(actor: Any, window: Window, currency: str) -> Funnel:
    """Of the deals that began in the window, how many came to each stage or beyond it. Six queries."""
    rows = entered(actor, window).annotate(rate_on=converted_on(currency))
    found = _with_far(rows, window, "amount_currency", "rate_on", total=Sum("amount"))
    exchange = exchange_for(currency, found)
    steps = [Reached(stage) for stage in window.steps]
    sums = [Decimal(0)] * len(steps)
    for row in found:
        worth = exchange.exactly(row["total"], row["amount_currency"], row["rate_on"], deals=row["count"])
        for place, step in enumerate(steps):
            if place_of(step.stage) <= row["far"]:
                step.count += row["count"]
                sums[place] += worth
    for step, worth in zip(steps, sums, strict=True):
        step.worth = Money.rounded(worth, currency)
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
    """Four queries."""
    steps, months = window.steps, window.months
    begins = [dt.datetime.combine(month, dt.time(), window.zone) for month in months[1:]]
    rows = entered(actor, window).annotate(month=Bucket("created_at", begins))
    found: dict[dt.date, Cohort] = {}
    for row in _with_far(rows, window, "month", "status"):
        one = found.setdefault(months[row["month"]], Cohort(months[row["month"]]))
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
    """Of the stays that ended in the window, by whole days. Six queries at most."""
    stages = [stage for stage in window.steps if stage.kind == Kind.OPEN]
    counts = stays_by_days(actor, window.scope, stages, window.moments)
    return [_stay(stage, _capped(counts[stage.pk])) for stage in stages]


def stayed(actor: Any, window: Window, stage: Stage) -> Any:
    """The deals whose stay in a stage ended in the window."""
    visits = visits_of(actor, window.scope, [stage], [window.moments])
    return Opportunity.objects.visible_to(actor).filter(pk__in=visits.values("opportunity"))


def _capped(counts: Mapping[int, int]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for days, count in counts.items():
        found[min(days, MOST_DAYS)] += count
    return found


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


def closed(actor: Any, window: Window) -> Any:
    """The deals that were won or lost in the window."""
    return Opportunity.objects.visible_to(actor).filter(
        window.scope.owned(),
        pipeline=window.pipeline_id,
        status__in=(Kind.WON, Kind.LOST),
        closes_on__range=(window.first_on, window.last_on),
    )


def is_anything(actor: Any, window: Window) -> bool:
    """Whether a deal began or ended in the window. Two queries at most."""
    return entered(actor, window).exists() or closed(actor, window).exists()


def endings(actor: Any, window: Window, currency: str) -> Endings:
    """What was closed in the window, by reason, the most frequent first; each at the rate of the day on which it
    was closed. Four queries."""
    rows = closed(actor, window)
    rate_on = Case(When(~Q(amount_currency=currency), then=F("closes_on")), output_field=DateField(null=True))
    by = ("status", "reason_id", "amount_currency", "rate_on", "whose")
    rows = rows.order_by().annotate(rate_on=rate_on, whose=whose(currency))
    found = list(rows.values(*by).annotate(total=Sum("amount"), count=Count("pk")))
    exchange = exchange_for(currency, found)
    named = CloseReason.objects.filter(pk__in={row["reason_id"] for row in found} - {None})
    reasons = dict(named.values_list("pk", "name"))
    ended = []
    for kind in (Kind.WON, Kind.LOST):
        those = [row for row in found if row["status"] == kind]
        counts: dict[int | None, int] = defaultdict(int)
        for row in those:
            counts[row["reason_id"]] += row["count"]
        for pk, worth in exchange.divided(those, "reason_id").items():
            ended.append(Ended(pk, reasons.get(pk, ""), kind, counts[pk], worth))
    return Endings(sorted(ended, key=lambda one: (-one.count, one.reason)), exchange.missing)


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
