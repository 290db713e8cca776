"""A year of deals with hotels, offices and builders, each through its stages at its own pace."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.money import Money
from kizuna.customers.contacts.demo.draw import Draw
from kizuna.customers.contacts.demo.past import Entry, Past
from kizuna.customers.contacts.models import Company, Contact
from kizuna.domains.sales import services
from kizuna.domains.sales.demo.lines import Furnishing
from kizuna.domains.sales.demo.story import BUSINESS, COMPETITORS, NEXT, RENOVATION, STAGES, TITLES, WHY
from kizuna.domains.sales.models import (
    CloseReason,
    Competitor,
    Opportunity,
    OpportunityCompetitor,
    OpportunityContact,
    OpportunitySplit,
    Pipeline,
    Stage,
    StageVisit,
)
from kizuna.domains.sales.services.sums import count_all_stays
from kizuna.domains.sales.services.ways import note_ways

TOKYO = ZoneInfo("Asia/Tokyo")
COUNTS = {BUSINESS: 76, RENOVATION: 44}
YEAR = 430
CURRENCIES = {"ja": ("JPY", 10_000), "ko": ("KRW", 100_000), "en": ("EUR", 100)}
SOURCES = ("web", "referral", "event", "phone", "partner")


@dataclass
class Way:
    """A deal of the plan, and when it entered which stage."""

    deal: Opportunity
    steps: list[tuple[Stage, dt.datetime]]


class Deals:
    def __init__(self, actor: Any, today: dt.date, *, times: int = 1, days: int = YEAR) -> None:
        self.actor, self.today, self.draw = actor, today, Draw("hinata deals")
        self.times, self.days = times, days
        firms = Company.objects.live().exclude(owner=None).select_related("owner").order_by("pk")
        self.firms = list(firms[: 170 * times : 2])
        self.people: dict[int, list[int]] = defaultdict(list)
        seen = Contact.objects.live().filter(company__in=self.firms).order_by("pk")
        for pk, company_id in seen.values_list("pk", "company_id"):
            self.people[company_id].append(pk)
        self.reasons = {one.name: one for one in CloseReason.objects.live()}

    def tell(self) -> None:
        pipelines = self._lay_pipelines()
        if not self.firms:
            return
        ways = [
            self._way(name, stages)
            for name, stages in pipelines.items()
            for _number in range(COUNTS[name] * self.times)
        ]
        furnishing = Furnishing(self.actor, self.today)
        furnishing.choose([way.deal for way in ways])
        past = Past()
        past.enter("opportunity", [Entry(way.deal, way.deal.owner, way.steps[0][1]) for way in ways])
        past.tell()
        furnishing.tell()
        self._date(ways)
        self._name_parties([way.deal for way in ways if way.deal.is_open])

    def _made(self, key: str, rows: Sequence[Any]) -> list[Any]:
        return list(records.create_many(actor=self.actor, resource=registry.get(key), records=rows))

    # ── pipelines ──

    def _lay_pipelines(self) -> dict[str, list[Stage]]:
        """The pipeline that every Kizuna has becomes that of hotels and offices; another one is for renovations."""
        brought = Pipeline.objects.live().order_by("position", "pk").first()
        assert brought is not None
        changes = {"name": BUSINESS, "quiet_days": 30}
        business = records.update(actor=self.actor, record=brought, changes=changes)
        (renovation,) = self._made("pipeline", [Pipeline(name=RENOVATION, position=20, quiet_days=21)])
        found = {BUSINESS: self._mended(business), RENOVATION: []}
        found[RENOVATION] = self._made("stage", [
            Stage(
                pipeline=renovation, name=name, kind=kind, probability=probability, forecast_category=category,
                max_age_days=longest, required_fields=list(fields), position=number * 10,
            )
            for number, (name, kind, probability, category, longest, fields)
            in enumerate(STAGES[RENOVATION], start=1)
        ])  # fmt: skip
        return found

    def _mended(self, pipeline: Any) -> list[Stage]:
        there = {one.name: one for one in Stage.objects.live().filter(pipeline=pipeline)}
        for name, _kind, _probability, _category, longest, fields in STAGES[BUSINESS]:
            changes = {"max_age_days": longest, "required_fields": list(fields)}
            there[name] = records.update(actor=self.actor, record=there[name], changes=changes)  # type: ignore[assignment]
        return sorted(there.values(), key=lambda stage: stage.position)

    # ── one deal ──

    def _way(self, pipeline: str, stages: list[Stage]) -> Way:
        firm = self.draw.choice(self.firms)
        language = self._language(firm)
        steps = self._steps(stages, self.draw.randint(2, self.days))
        people = self.people[firm.pk]
        stage, since = steps[-1]
        deal = Opportunity(
            name=self.draw.choice(TITLES[pipeline][language]).format(n=self.draw.choice((2, 3, 8, 12, 24, 40))),
            company=firm, contact_id=self.draw.choice(people) if people else None, owner=firm.owner,
            source=self.draw.choice(SOURCES), amount=self._amount(pipeline, language, stage),
            own_probability=self.draw.choice((15, 40, 60, 85)) if self.draw.maybe(0.15) else None,
        )  # fmt: skip
        deal.follow(stage)
        deal.entered_stage_at = since
        deal.forecast_category = stage.forecast_category
        if stage.is_final:
            deal.closed_at, deal.closes_on = since, since.astimezone(TOKYO).date()
            deal.reason = self.reasons[self.draw.choice(WHY[stage.kind])]
        else:
            self._plan(deal, language)
        return Way(deal, steps)

    def _language(self, firm: Company) -> str:
        return {"JP": "ja", "KR": "ko"}.get(firm.country, "en")

    def _amount(self, pipeline: str, language: str, stage: Stage) -> Money | None:
        if stage.position == 10 and self.draw.maybe(0.35):
            return None
        currency, unit = CURRENCIES[language]
        high = 120 if pipeline == BUSINESS else 90
        return Money(unit * self.draw.choice((24, 38, 60, high, high * 2, high * 4, high * 8)), currency)

    def _steps(self, stages: list[Stage], age: int) -> list[tuple[Stage, dt.datetime]]:
        """Through the open stages until today, or until it was won or lost; the older, the more surely it has ended."""
        at = self._moment(age)
        steps = [(stages[0], at)]
        going_on = [one for one in stages if not one.is_final]
        won, lost = (next(one for one in stages if one.kind == kind) for kind in ("won", "lost"))
        for stage in [*going_on[1:], won]:
            age -= self.draw.randint(3, 26)
            if age < 0:
                return steps
            is_lost = self.draw.maybe(0.17)
            steps.append((lost if is_lost else stage, self._moment(age)))
            if is_lost or (age < 60 and self.draw.maybe(0.35)):
                return steps
        return steps

    def _moment(self, days_ago: int) -> dt.datetime:
        clock = dt.time(self.draw.randint(0, 8), self.draw.randint(0, 59))
        day = self.today - dt.timedelta(days=days_ago + 1)
        return dt.datetime.combine(day, clock, tzinfo=dt.UTC)

    def _plan(self, deal: Opportunity, language: str) -> None:
        """What is to be done next, sometimes too late, and when it should close."""
        deal.closes_on = self.today + dt.timedelta(days=self.draw.randint(-6, 110))
        if self.draw.maybe(0.75):
            deal.next_step = self.draw.choice(NEXT[language])
            deal.next_step_on = self.today + dt.timedelta(days=self.draw.choice((-4, -2, 0, 1, 2, 3, 6, 9, 14)))

    def _date(self, ways: Sequence[Way]) -> None:
        """Each visit to a stage at its time; a deal was changed last when it moved last."""
        visits = []
        for way in ways:
            ends = [at for _stage, at in way.steps[1:]]
            for (stage, at), left in zip(way.steps, [*ends, None], strict=True):
                visits.append(StageVisit(
                    opportunity=way.deal, stage=stage, entered_at=at, left_at=left, by_id=way.deal.owner_id,
                ))  # fmt: skip
            way.deal.updated_at = way.steps[-1][1]
        StageVisit.objects.filter(opportunity__in=[way.deal for way in ways]).delete()
        StageVisit.objects.bulk_create(visits)
        Opportunity.objects.bulk_update([way.deal for way in ways], ["updated_at"])
        note_ways(opportunity_ids=[way.deal.pk for way in ways])
        count_all_stays()
        services.mark_rotting(opportunity_ids=[way.deal.pk for way in ways])

    # ── who takes part ──

    def _name_parties(self, deals: Sequence[Opportunity]) -> None:
        rivals = self._made("competitor", [
            Competitor(name=name, strengths=strong, weaknesses=weak) for name, strong, weak in COMPETITORS
        ])  # fmt: skip
        roles = list(OpportunityContact.Role)
        parts, rivalry, shares = [], [], []
        for deal in deals:
            people = self.people[deal.company_id or 0]
            for contact_id, role in zip(people[:3], self.draw.sample(roles, 3), strict=False):
                owner_id = deal.owner_id
                parts.append(OpportunityContact(opportunity=deal, contact_id=contact_id, role=role, owner_id=owner_id))
            if self.draw.maybe(0.3):
                standing = self.draw.choice(list(OpportunityCompetitor.Standing)[:4])
                rivalry.append(OpportunityCompetitor(
                    opportunity=deal, competitor=self.draw.choice(rivals), standing=standing, owner_id=deal.owner_id,
                ))  # fmt: skip
        for deal, other in list(pairwise(deals))[::9]:
            if other.owner_id != deal.owner_id and other.owner_id:
                shares.append(OpportunitySplit(
                    opportunity=deal, person_id=other.owner_id, percent=30, owner_id=deal.owner_id,
                ))  # fmt: skip
        self._made("opportunitycontact", parts)
        self._made("opportunitycompetitor", rivalry)
        self._made("opportunitysplit", shares)
