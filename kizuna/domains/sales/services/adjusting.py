"""What managers think of a forecast, kept beside what the deals say."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.access.models import Scope as Reach
from kizuna.base.events import Touched, publish
from kizuna.base.types import text
from kizuna.base.types.errors import Denied, Invalid
from kizuna.base.types.money import Money
from kizuna.domains.sales.events import FiscalYearSet, ForecastAdjusted
from kizuna.domains.sales.models import FiscalYear, ForecastAdjustment
from kizuna.domains.sales.queries.periods import Period
from kizuna.domains.sales.queries.scopes import Scope
from kizuna.domains.sales.queries.worth import UPWARDS


def may_adjust(actor: Any, scope: Scope) -> bool:
    """Whether somebody may adjust the forecast of these: those beneath them, as far as their right reaches."""
    reach = policy.permissions_of(actor).scope("quota", "adjust_forecast")
    if reach == Reach.ALL:
        return scope.person is not None or scope.team is not None
    if scope.person:
        among = policy.permissions_of(actor).team_members if reach == Reach.TEAM else (actor.pk,)
        return reach > Reach.NONE and scope.person.pk in among
    if scope.team and reach == Reach.TEAM and actor.team_id:
        return scope.team.path.startswith(actor.team.path)
    return False


@transaction.atomic
def adjust_forecast(
    *, actor: Any, scope: Scope, period: Period, category: str, amount: Money | None, note: str = ""
) -> ForecastAdjustment:
    """Say what is to be expected up to this category, and why; without an amount the adjustment is taken back.

    Raises Denied or Invalid. Nothing is written over: the latest counts.
    """
    if not may_adjust(actor, scope):
        raise Denied()
    if category not in UPWARDS:
        raise Invalid({"category": [_("This category is not adjusted.")]})
    note = text.clean(note)
    if amount is not None and amount.amount < 0:
        raise Invalid({"amount": [_("An amount is not below zero.")]})
    if amount is not None and not note:
        raise Invalid({"note": [_("Say why, for those who read it.")]})
    made = ForecastAdjustment.objects.create(
        person=scope.person, team=scope.team, span=period.span, begins_on=period.first_on, category=category,
        amount=amount, note=note[:300], by=actor,
    )  # fmt: skip
    person_id, team_id = made.person_id, made.team_id
    touched = [Touched("user", person_id)] if person_id else []
    publish(
        ForecastAdjusted(
            adjustment_id=made.pk, person_id=person_id, team_id=team_id, begins_on=period.first_on,
            span=str(period.span), category=category,
        ),
        subjects=touched,
    )  # fmt: skip
    return made


@transaction.atomic
def set_fiscal_year(*, actor: Any, begins_in: int) -> None:
    """Say in which month the company's year begins. Raises Denied or Invalid."""
    if policy.permissions_of(actor).scope("quota", "update") < Reach.ALL:
        raise Denied()
    if not 1 <= begins_in <= 12:
        raise Invalid({"begins_in": [_("A month is 1 to 12.")]})
    before = FiscalYear.objects.values_list("begins_in", flat=True).first() or 1
    FiscalYear.objects.update_or_create(pk=1, defaults={"begins_in": begins_in})
    publish(FiscalYearSet(before=before, after=begins_in))
