"""Where the period is likely to end, beside what was won and what is to be reached."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kizuna.base.types.money import Money
from kizuna.domains.sales.models import Span
from kizuna.domains.sales.queries.forecast import quota_of
from kizuna.domains.sales.queries.projection import (
    ENOUGH_DEALS,
    ENOUGH_PERIODS,
    LOOKED_BACK,
    Projection,
    projection,
)
from kizuna.domains.sales.views.asked import Question
from kizuna.domains.sales.views.charting import forecast_chart


@login_required
@require_GET
def projection_part(request: HttpRequest) -> HttpResponse:
    """The chart with its table and how it came about."""
    question = Question.of(request.user, request.GET.dict() | {"as_of": ""})
    return render(request, "sales/forecast_projection.html", drawn(question))


def drawn(question: Question) -> dict[str, Any]:
    """What `sales/forecast_projection.html` needs."""
    asked = question.asked
    found = projection(question.actor, asked, question.reader.today)
    quota, of_quota = quota_of(question.actor, asked)
    is_over = asked.period.last_on < question.reader.today
    context: dict[str, Any] = {
        "chart": forecast_chart(question, found.won, quota, found),
        "title_note": f"{asked.period.words(question.reader.language)}, {asked.currency}",
        "left_out": question.left_out([*found.missing, *of_quota]),
    }
    if is_over:
        return context
    if not found.is_enough:
        return context | {"why": _why(question, found)}
    return context | {"method": {"words": _method(question, found)}, "replayed": _replayed(question, found)}


def _why(question: Question, found: Projection) -> str:
    number = question.reader.number
    return _(
        "It takes %(periods)s earlier periods of which Kizuna knows how they stood, with %(deals)s won deals; "
        "there are %(known)s with %(won)s."
    ) % {
        "periods": number(ENOUGH_PERIODS),
        "deals": number(ENOUGH_DEALS),
        "known": number(len(found.replayed)),
        "won": number(found.deals),
    }


def _method(question: Question, found: Projection) -> str:
    return _(
        "Expected is what is closed, and each open deal times how often deals from its stage were won in three years. "
        "The same was calculated for up to %(count)s periods before, as they stood when as much of them had passed. "
        "Likely is the middle of what these came to against it; low and high are the least and the most. "
        "In the middle of these periods the method was off by %(off)s."
    ) % {"count": question.reader.number(LOOKED_BACK), "off": question.reader.percent(found.off_by or 0)}


def _replayed(question: Question, found: Projection) -> dict[str, Any]:
    def shown(amount: Any) -> str:
        return question.short(Money.rounded(amount, question.asked.currency))

    heads = [Span(question.asked.period.span).label, _("Expected then"), _("Came to"), _("Ratio")]
    rows = [
        [
            one.period.words(question.reader.language),
            shown(one.expected),
            shown(one.actual),
            question.reader.percent(int(one.ratio * 100)),
        ]
        for one in found.replayed
    ]
    return {"heads": heads, "rows": rows}
