"""Figures from sums are those that counting would give, whatever happened to the deals meanwhile."""

from __future__ import annotations

import datetime as dt
import importlib
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Count, F, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.money import Money
from kizuna.domains.sales import services
from kizuna.domains.sales.models import (
    Opportunity,
    OpportunityState,
    Stage,
    StageVisit,
    StaleStays,
    StandingSum,
    StaySum,
    Way,
)
from kizuna.domains.sales.queries import analysis, stays
from kizuna.domains.sales.queries.analysis import Window
from kizuna.domains.sales.queries.scopes import Scope
from kizuna.domains.sales.queries.worth import UPWARDS
from kizuna.domains.sales.services import standing
from kizuna.domains.sales.tests.conftest import made

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]


class Clock:
    """The time as services see it; it only goes forward."""

    def __init__(self) -> None:
        self.at = timezone.now()

    def __call__(self) -> dt.datetime:
        return self.at

    def forward(self, **by: int) -> None:
        self.at += dt.timedelta(**by)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    found = Clock()
    monkeypatch.setattr(timezone, "now", found)
    yield found
    monkeypatch.undo()


@pytest.fixture
def window(sales: Any, clock: Clock, haruto: Any) -> Window:
    """From yesterday until long after the test, where Haruto is."""
    today = clock().astimezone(haruto.zone).date()
    return Window(Scope(), sales.pk, today - dt.timedelta(days=1), today + dt.timedelta(days=400), haruto.zone)


class Life:
    """Things that happen to deals, drawn from a seed."""

    def __init__(self, seed: int, clock: Clock, people: list[Any], reason: Any) -> None:
        self.draw, self.clock, self.people, self.reason = Random(seed), clock, people, reason
        other = made("pipeline", name="Renovation")
        made("stage", pipeline=other.pk, name="Survey", kind="open", probability="20", position="10")
        made("stage", pipeline=other.pk, name="Signed", kind="won", probability="100", position="20")

    def happens(self) -> None:
        self.clock.forward(hours=self.draw.randint(1, 60))
        often = (self.new, self.moves, self.moves, self.changes, self.night)
        seldom = (
            self.slips, self.closes, self.reopens, self.goes, self.comes_back, self.is_merged, self.turns, self.new,
        )  # fmt: skip
        what = self.draw.choice((*often, *seldom))
        what()

    def one(self, **conditions: Any) -> Opportunity | None:
        ids = list(Opportunity.objects.filter(**conditions).order_by("pk").values_list("pk", flat=True))
        return Opportunity.objects.get(pk=self.draw.choice(ids)) if ids else None

    def change(self, deal: Opportunity | None, **changes: Any) -> None:
        if deal:
            records.update(actor=SYSTEM, record=deal, changes=changes)

    def new(self) -> None:
        amount = self.draw.choice(("100 JPY", "7.25 EUR", None))
        owner = self.draw.choice(self.people).pk
        made("opportunity", name="Deal", amount=amount, owner=owner, closes_on=self.day().isoformat())

    def day(self) -> dt.date:
        return timezone.localdate() + dt.timedelta(days=self.draw.randint(0, 80))

    def moves(self) -> None:
        stages = Stage.objects.live().filter(kind="open").order_by("pk")
        self.change(self.one(status="open", deleted_at=None), stage=self.draw.choice(list(stages)).pk)

    def slips(self) -> None:
        """Into another stage and back at once."""
        deal = self.one(status="open", deleted_at=None)
        if deal:
            before = deal.stage_id
            self.change(deal, stage=Stage.objects.live().filter(kind="open").exclude(pk=before).order_by("pk")[0].pk)
            self.clock.forward(minutes=3)
            self.change(Opportunity.objects.get(pk=deal.pk), stage=before)

    def changes(self) -> None:
        deal = self.one(status="open", deleted_at=None)
        currency = deal.amount.currency if deal and deal.amount else "JPY"
        amount = {"amount": f"{self.draw.randint(1, 900)} {currency}"}
        values = amount, {"closes_on": self.day().isoformat()}, {"owner": self.people[-1].pk}
        self.change(deal, **self.draw.choice(values))

    def closes(self) -> None:
        deal = self.one(status="open", deleted_at=None, pipeline__name="Sales")
        if deal and self.draw.random() < 0.5:
            services.lose_opportunity(actor=SYSTEM, opportunity=deal, reason=self.reason)
        elif deal:
            amount = deal.amount or Money(300, "JPY")
            services.win_opportunity(actor=SYSTEM, opportunity=deal, amount=amount)

    def reopens(self) -> None:
        deal = self.one(status__in=("won", "lost"), deleted_at=None)
        if deal:
            services.reopen_opportunity(actor=SYSTEM, opportunity=deal)

    def goes(self) -> None:
        if deal := self.one(deleted_at=None):
            records.delete(actor=SYSTEM, record=deal)

    def comes_back(self) -> None:
        if deal := self.one(deleted_at__isnull=False):
            records.restore(actor=SYSTEM, record=deal)

    def is_merged(self) -> None:
        stages = list(Stage.objects.live().filter(kind="open", pipeline__name="Sales").order_by("pk"))
        if len(stages) > 2:
            stage, into = self.draw.sample(stages, 2)
            services.merge_stage(actor=SYSTEM, stage=stage, into=into)

    def turns(self) -> None:
        """Stages stand in another order, or go to the other pipeline with their deals."""
        stage = self.draw.choice(list(Stage.objects.live().filter(kind="open").order_by("pk")))
        other = "Renovation" if stage.pipeline.name == "Sales" else "Sales"
        pipelines = registry.get("pipeline").model._default_manager
        changes = {"position": self.draw.randint(1, 90)}, {"pipeline": pipelines.get(name=other).pk}
        records.update(actor=SYSTEM, record=stage, changes=self.draw.choice(changes))

    def night(self) -> None:
        services.note_states()
        services.count_stays()
        self.clock.forward(hours=self.draw.randint(1, 48))


def assert_stays_are_as_counted(window: Window) -> None:
    """From the sums; and by somebody whom the sums do not tell."""
    stages = list(Stage.objects.filter(pipeline=window.pipeline_id).order_by("pk"))
    visits = StageVisit.objects.filter(
        opportunity__pipeline=window.pipeline_id, opportunity__deleted_at=None, stage__in=stages, left_at__isnull=False
    ).annotate(days=stays.WholeDays(F("left_at"), F("entered_at")))
    start, end = window.moments
    found = stays.stays_by_days(SYSTEM, Scope(), stages, (start, end))
    counted = Counter(visits.filter(left_at__gte=start, left_at__lt=end).values_list("stage_id", "days"))
    assert {(pk, days): count for pk, rows in found.items() for days, count in rows.items() if count} == dict(counted)


def assert_ways_are_as_visited(window: Window) -> None:
    places = window.places
    farthest: Counter[int] = Counter()
    for deal in Opportunity.objects.live().filter(pipeline=window.pipeline_id):
        farthest[max((places.get(visit.stage_id, -1) for visit in deal.visits.all()), default=-1)] += 1
    for step in analysis.funnel(SYSTEM, window, "JPY").steps:
        least = analysis.place_of(step.stage)
        assert step.count == sum(count for place, count in farthest.items() if place >= least)
        assert step.count == analysis.reached(SYSTEM, window, step.stage).count()
    cohorts = analysis.cohorts(SYSTEM, window)
    for stage in window.steps:
        least = analysis.place_of(stage)
        assert sum(one.reached[stage.pk] for one in cohorts) == sum(
            count for place, count in farthest.items() if place >= least
        )


def assert_the_pipeline_stood_as_its_deals() -> None:
    by = ("pipeline_id", "stage_id", "forecast_category", "amount_currency")
    days = set(OpportunityState.objects.values_list("from_on", flat=True))
    for day in days | {day + dt.timedelta(days=1) for day in days}:
        states = OpportunityState.objects.as_of(day).filter(closes_on__isnull=False, forecast_category__in=UPWARDS)
        rows = states.order_by().values_list(TruncMonth("closes_on"), *by).annotate(Count("pk"), Sum("amount"))
        expected = {row[:-1]: round(row[-1] or 0, 4) for row in rows}
        stood = StandingSum.objects.filter(from_on__lte=day).exclude(until_on__lte=day)
        assert {row[:-1]: row[-1] for row in stood.values_list("closes_in", *by, "count", "total")} == expected


@pytest.mark.parametrize("seed", range(4))
def test_sums_are_what_counting_gives_whatever_happens(
    seed: int, clock: Clock, window: Window, haruto: Any, sora: Any, too_expensive: Any
) -> None:
    life = Life(seed, clock, [haruto, sora], too_expensive)
    for _step in range(5):
        for _time in range(12):
            life.happens()
        assert_stays_are_as_counted(window)
        assert_ways_are_as_visited(window)
    services.note_states()
    assert_the_pipeline_stood_as_its_deals()
    life.clock.forward(days=3)
    services.count_stays()
    assert StaySum.objects.exists()
    assert not StaleStays.objects.exists()
    assert_stays_are_as_counted(window)


def test_a_day_is_counted_live_from_a_change_until_it_is_counted_again(
    clock: Clock, window: Window, deal: Make, stage: Make
) -> None:
    roof, annex = deal("Roof"), deal("Annex")
    clock.forward(days=4)
    for one in (roof, annex):
        records.update(actor=SYSTEM, record=one, changes={"stage": stage("Qualified").pk})
    clock.forward(days=4)
    services.count_stays()
    assert [row.count for row in StaySum.objects.all()] == [2]
    records.delete(actor=SYSTEM, record=Opportunity.objects.get(pk=annex.pk))
    assert (StaleStays.objects.count(), [row.count for row in StaySum.objects.all()]) == (1, [2])
    assert {one.stage.name: one.count for one in analysis.velocity(SYSTEM, window)}["Enquiry"] == 1
    assert services.count_stays() == 1
    assert [row.count for row in StaySum.objects.all()] == [1]
    records.restore(actor=SYSTEM, record=Opportunity.objects.get(pk=annex.pk))
    assert {one.stage.name: one.count for one in analysis.velocity(SYSTEM, window)}["Enquiry"] == 2


def test_who_sees_their_own_deals_counts_their_own_stays(
    clock: Clock, window: Window, deal: Make, stage: Make, haruto: Any, sora: Any
) -> None:
    for owner in (haruto, sora):
        one = deal(f"Deal of {owner.name}", owner=owner)
        clock.forward(days=2, hours=1)
        records.update(actor=SYSTEM, record=one, changes={"stage": stage("Qualified").pk})
    clock.forward(days=4)
    services.count_stays()
    mine = Window(Scope(person=haruto), window.pipeline_id, window.first_on, window.last_on, window.zone)
    found = analysis.velocity(haruto, mine)[0]
    assert (found.stage.name, found.count, found.median) == ("Enquiry", 1, 2)
    assert [one.name for one in analysis.stayed(haruto, mine, found.stage)] == [f"Deal of {haruto.name}"]


def test_the_migration_finds_what_the_services_keep(
    clock: Clock, window: Window, haruto: Any, sora: Any, too_expensive: Any
) -> None:
    life = Life(11, clock, [haruto, sora], too_expensive)
    for _time in range(30):
        life.happens()
    life.night()
    clock.forward(days=3)
    services.count_stays()
    standing.add_up_all_states()

    def kept() -> tuple[Any, ...]:
        sums = (
            "closes_in",
            "stage_id",
            "forecast_category",
            "amount_currency",
            "from_on",
            "until_on",
            "count",
            "total",
        )
        return (
            sorted(StaySum.objects.values_list("stage_id", "left_on", "days", "count")),
            sorted(StandingSum.objects.values_list(*sums), key=str),
            {pk: way for pk, way in Opportunity.objects.values_list("pk", "way__stages") if way and " " in way},
        )

    before = kept()
    Opportunity.objects.update(way=None)
    for model in (Way, StaySum, StandingSum, apps.get_model("sales", "StaysCounted")):
        model.objects.all().delete()
    filling = importlib.import_module("kizuna.domains.sales.migrations.0019_sums_of_what_was")
    filling.fill(apps, SimpleNamespace(connection=connection))
    assert kept() == before
