"""Of the sample company's leads those that became customers: contacts, companies, and deals that go on from there."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from kizuna.base.records import services as records
from kizuna.base.types.money import Money
from kizuna.customers.contacts.demo.draw import Draw
from kizuna.customers.contacts.demo.past import Past
from kizuna.customers.leads.models import Lead, Status
from kizuna.domains.sales import services
from kizuna.domains.sales.demo.deals import CURRENCIES
from kizuna.domains.sales.demo.story import BUSINESS, WHY
from kizuna.domains.sales.models import CloseReason, Kind, Opportunity, Stage, StageVisit
from kizuna.domains.sales.queries.conversion import Target, Wanted, usual_name
from kizuna.domains.sales.services.conversion import Conversion, convert

EVERY = 3
"""One in so many of the leads that were answered became a customer."""
WAIT = 5
"""Days since they asked before anybody becomes one."""


def load(today: dt.date) -> None:
    """Convert leads, some days after they were answered, and take their deals further."""
    Conversions(today).tell()


class Conversions:
    def __init__(self, today: dt.date) -> None:
        self.today, self.draw, self.past = today, Draw("hinata conversions"), Past()
        self.now = timezone.now()
        stages = Stage.objects.live().filter(pipeline__name=BUSINESS).order_by("position")
        self.open = [one for one in stages if one.kind == Kind.OPEN]
        self.reasons = {one.name: one for one in CloseReason.objects.live()}

    def tell(self) -> None:
        answered = Lead.objects.live().filter(
            owner__is_active=True, answered_at__lt=self.now - dt.timedelta(days=WAIT),
            status__in=(Status.WORKING, Status.NURTURING),
        )  # fmt: skip
        for lead in answered.select_related("owner", "contact", "company").order_by("captured_at", "pk")[::EVERY]:
            self._become(lead)
        self.past.tell()

    def _become(self, lead: Lead) -> None:
        assert lead.answered_at is not None
        at = self._later(lead.answered_at, 1, 4)
        wanted = Wanted(
            company=Target(lead.company, is_new=bool(lead.company_name) and lead.company is None),
            contact=Target(lead.contact, is_new=lead.contact is None),
            opportunity=usual_name(lead) if lead.company_name or self.draw.maybe(0.6) else "",
        )
        with self.past.at(at):
            became = convert(actor=lead.owner, lead=lead, wanted=wanted)
        Lead.objects.filter(pk=lead.pk).update(converted_at=at)
        self._date(became, at)
        if became.opportunity_id:
            self._take_further(Opportunity.objects.get(pk=became.opportunity_id), lead, at)

    def _date(self, became: Conversion, at: dt.datetime) -> None:
        """What was made was made then; a customer whom we knew before is as old as ever."""
        made = became.lead.outcome["made"]
        for key, pk in (
            ("contact", became.contact_id), ("company", became.company_id), ("opportunity", became.opportunity_id),
        ):  # fmt: skip
            if key in made and pk:
                self.past.made_at(key, pk, at)

    def _take_further(self, deal: Opportunity, lead: Lead, at: dt.datetime) -> None:
        """Through some stages, to where it stands today; some are won, and some lost, on the way."""
        moments, owner = [at], lead.owner
        currency, unit = CURRENCIES.get(lead.language, CURRENCIES["en"])
        changes = {
            "amount": Money(unit * self.draw.choice((18, 24, 38, 60, 96)), currency),
            "closes_on": self.today + dt.timedelta(days=self.draw.randint(4, 80)),
        }
        with self.past.at(at):
            deal = records.update(actor=owner, record=deal, changes=changes)  # type: ignore[assignment]  # the deal it was given
        for stage in self.open[1 : 1 + self.draw.randint(0, len(self.open))]:
            at = self._later(at, 2, 8)
            if at >= self.now:
                break
            moments.append(at)
            with self.past.at(at):
                if self.draw.maybe(0.18):
                    deal = self._end(owner, deal, "lost", at)
                    break
                last = stage == self.open[-1] and self.draw.maybe(0.6)
                deal = self._end(owner, deal, "won", at) if last else services.move_opportunity(
                    actor=owner, opportunity=deal, stage=stage
                )  # fmt: skip
        self._date_visits(deal, moments)

    def _end(self, owner: Any, deal: Opportunity, kind: str, at: dt.datetime) -> Opportunity:
        verb = services.win_opportunity if kind == "won" else services.lose_opportunity
        reason = self.reasons[self.draw.choice(WHY[kind])]
        return verb(actor=owner, opportunity=deal, reason=reason, on=at.date())

    def _date_visits(self, deal: Opportunity, moments: list[dt.datetime]) -> None:
        visits = list(StageVisit.objects.filter(opportunity=deal).order_by("pk"))
        for visit, entered, left in zip(visits, moments, [*moments[1:], None], strict=True):
            visit.entered_at, visit.left_at = entered, left
        StageVisit.objects.bulk_update(visits, ["entered_at", "left_at"])
        ended = {"closed_at": moments[-1]} if not deal.is_open else {}
        Opportunity.objects.filter(pk=deal.pk).update(entered_stage_at=moments[-1], updated_at=moments[-1], **ended)
        services.mark_rotting(opportunity_ids=[deal.pk])

    def _later(self, moment: dt.datetime, least: int, most: int) -> dt.datetime:
        """Some days and hours later, and before now."""
        found = moment + dt.timedelta(days=self.draw.randint(least, most), hours=self.draw.randint(0, 3))
        return min(found, self.now)
