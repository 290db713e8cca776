"""What is to be won in a period: quotas, where shorter ones add up to one that nobody set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from kizuna.base.access import policy
from kizuna.base.types.money import Money
from kizuna.domains.sales.models import Quota, Span
from kizuna.domains.sales.queries.periods import MONTHS, Period
from kizuna.domains.sales.queries.worth import Exchange

FINER = {Span.MONTH: (), Span.QUARTER: (Span.MONTH,), Span.YEAR: (Span.QUARTER, Span.MONTH)}


def quotas_within(actor: Any, period: Period) -> QuerySet[Quota]:
    """Those of a period and of shorter ones in it that somebody may read."""
    if not policy.permissions_of(actor).can("quota", "read"):
        return Quota.objects.none()
    spans = Q(span__in=(period.span, *FINER[period.span]))
    return Quota.objects.visible_to(actor).filter(spans, begins_on__range=(period.first_on, period.last_on))


def held(quotas: Iterable[Quota], holder: str, exchange: Exchange) -> dict[int, Money]:
    """The quota of each "person", "team" or "territory": the one of the period itself, else the sum of shorter ones
    within it; a month counts where its quarter has none."""
    found: dict[int, Money] = {}
    told: dict[int, list[Period]] = defaultdict(list)
    for one in sorted(quotas, key=lambda one: -MONTHS[Span(one.span)]):
        pk: int | None = getattr(one, f"{holder}_id")
        if pk is None or any(period.first_on <= one.begins_on <= period.last_on for period in told[pk]):
            continue
        told[pk].append(Period(Span(one.span), one.begins_on))
        given: Any = one.amount
        worth = exchange.into(given.amount, given.currency, deals=0)
        found[pk] = found.get(pk, Money.zero(exchange.currency)) + worth
    return found
