"""The sample company's forecast: how its deals stood through the year, what people are to win, what managers think."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from kizuna.base.identity.models import Team, User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.money import Money
from kizuna.customers.contacts.demo.draw import Draw
from kizuna.domains.sales.models import (
    FiscalYear,
    ForecastAdjustment,
    ForecastCategory,
    Kind,
    Opportunity,
    OpportunityState,
    Quota,
    Span,
    StageVisit,
)
from kizuna.domains.sales.queries.periods import Period
from kizuna.domains.sales.services import standing, states

APRIL = 4
QUARTERS = 5
MILLION = 1_000_000
WHY = {
    "ja": "2件は許可待ちのため、来期にずれる見込み",
    "en": "Two of them wait for a permit; I count on one",
}


def load(actor: Any, today: dt.date) -> None:
    """Tell how the deals stood from their visits to stages; the company's year begins in April, as in Japan."""
    FiscalYear.objects.update_or_create(pk=1, defaults={"begins_in": APRIL})
    _tell_states(today)
    standing.add_up_all_states()
    states.note_states(day=today)
    states.reckon_outcomes()
    _set_quotas(actor, today)


def _tell_states(today: dt.date) -> None:
    """A state for each visit; the last one is how the deal is. Some deals were to close earlier, or were worth less."""
    draw = Draw("hinata forecast")
    visits: dict[int, list[StageVisit]] = defaultdict(list)
    for visit in StageVisit.objects.select_related("stage").order_by("entered_at", "pk"):
        visits[visit.opportunity_id].append(visit)
    made: list[OpportunityState] = []
    for deal in Opportunity.objects.live().order_by("pk"):
        made += _states_of(draw, deal, visits[deal.pk], today)
    OpportunityState.objects.bulk_create(made, batch_size=500)


def _states_of(draw: Draw, deal: Opportunity, visits: Sequence[StageVisit], today: dt.date) -> list[OpportunityState]:
    days = [timezone.localtime(one.entered_at).date() for one in visits]
    slipped, grown = draw.maybe(0.4), draw.maybe(0.3)
    found = []
    for number, (visit, day) in enumerate(zip(visits, days, strict=True)):
        until = days[number + 1] if number + 1 < len(visits) else None
        if until == day or day > today:
            continue
        state = OpportunityState(
            opportunity=deal, from_on=day, until_on=until, owner_id=deal.owner_id, pipeline_id=deal.pipeline_id,
            stage=visit.stage, status=visit.stage.kind, probability=visit.stage.probability,
            forecast_category=visit.stage.forecast_category, closes_on=deal.closes_on,
        )  # fmt: skip
        amount = deal.amount
        if until is not None and amount and grown:
            amount = Money.rounded(amount.amount * Decimal("0.8"), amount.currency)
        if until is not None and slipped and deal.closes_on and visit.stage.kind == Kind.OPEN:
            state.closes_on = max(day, deal.closes_on - dt.timedelta(days=30 * (len(visits) - number)))
        if until is None:
            state.probability, state.forecast_category = deal.probability, deal.forecast_category
        state.amount = amount
        found.append(state)
    return found


def _set_quotas(actor: Any, today: dt.date) -> None:
    """For those who have deals, this quarter and those before; what one manager thinks of two figures."""
    now = Period.around(today, Span.QUARTER, year_begins_in=APRIL)
    sellers = User.objects.filter(pk__in=Opportunity.objects.live().values("owner"), is_active=True).order_by("pk")
    teams = {one.team_id for one in sellers if one.team_id}
    rows = [
        Quota(
            person=person, owner=person, span=Span.QUARTER, begins_on=now.moved(-back).first_on,
            amount=Money((9 + person.pk % 4 * 2 - back) * MILLION, "JPY"),
        )
        for person in sellers
        for back in range(QUARTERS)
    ]  # fmt: skip
    records.create_many(actor=actor, resource=registry.get("quota"), records=rows)
    manager = User.objects.filter(roles__code="manager", is_active=True).order_by("pk").first()
    if manager is None:
        return
    first = next(iter(sellers), None)
    team = Team.objects.filter(pk__in=teams).order_by("pk").first()
    for person, of_team, amount, language in ((first, None, 11, "ja"), (None, team, 24, "en")):
        if person or of_team:
            ForecastAdjustment.objects.create(
                person=person, team=of_team, span=now.span, begins_on=now.first_on, category=ForecastCategory.COMMIT,
                amount=Money(amount * MILLION, "JPY"), note=WHY[language], by=manager,
            )  # fmt: skip
