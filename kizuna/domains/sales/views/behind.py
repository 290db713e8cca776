"""What is behind the figures of the analysis: deals and interactions, the newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kizuna.base.access import policy
from kizuna.base.types import locales
from kizuna.base.types.errors import Missing
from kizuna.base.types.numbers import whole
from kizuna.domains.sales.models import Stage
from kizuna.domains.sales.queries import analysis
from kizuna.domains.sales.queries.analysis import Window
from kizuna.domains.sales.views.analysis import MONDAY, asked_of, window_of
from kizuna.domains.sales.views.asked import Question

MOST = 200


@login_required
@require_GET
def deals_behind(request: HttpRequest) -> HttpResponse:
    """The deals that a figure of the analysis counts, the newest first."""
    question = asked_of(request)
    window = window_of(question, request.GET.dict())
    stage = _stage(window, request.GET.get("stage", ""))
    rows = _behind(question, window, stage, request.GET.dict())
    found = list(rows.select_related("stage", "owner").order_by("-created_at", "-pk")[: MOST + 1])
    context = {
        "title": _("Came to %(stage)s") % {"stage": _(stage.name)}
        if request.GET.get("what") != "stayed"
        else _("Were in %(stage)s") % {"stage": _(stage.name)},
        "back": _back(request, question),
        "deals": [
            {
                "name": one.name,
                "url": f"/opportunities/{one.pk}",
                "stage": _(one.stage.name),
                "owner": one.owner.name if one.owner else "",
                "amount": question.exact(one.amount),
            }
            for one in found[:MOST]
        ],
        "is_cut": len(found) > MOST,
        "most": MOST,
    }
    return render(request, "sales/analysis_deals.html", context)


@login_required
@require_GET
def interactions_behind(request: HttpRequest) -> HttpResponse:
    """The interactions that a field of the heat map counts, the newest first."""
    question = Question.of(request.user, request.GET.dict() | {"as_of": ""})
    window = window_of(question, request.GET.dict())
    weekday, hour = (whole(request.GET.get(name, "")) for name in ("weekday", "hour"))
    if weekday is None or hour is None or not (1 <= weekday <= 7 and hour < 24):
        raise Missing()
    rows = analysis.spoken(request.user, window).filter(weekday=weekday, hour=hour)
    found = list(rows.select_related("owner").order_by("-happened_at", "-pk")[: MOST + 1])
    may_subject = policy.permissions_of(request.user).readable("interaction", "subject")
    when = {"weekday": locales.weekday(MONDAY + dt.timedelta(days=weekday - 1), question.reader.language), "hour": hour}
    context = {
        "title": _("Customers spoken to: %(weekday)s, %(hour)d o’clock") % when,
        "back": _back(request, question),
        "deals": [
            {
                "name": (one.subject if may_subject else "") or question.reader.day_and_time(one.happened_at),
                "url": f"/interactions/{one.pk}",
                "stage": question.reader.day_and_time(one.happened_at),
                "owner": one.owner.name if one.owner else "",
                "amount": "",
            }
            for one in found[:MOST]
        ],
        "is_cut": len(found) > MOST,
        "most": MOST,
    }
    return render(request, "sales/analysis_deals.html", context)


def _back(request: HttpRequest, question: Question) -> dict[str, str]:
    url = question.url("/pipeline-analysis", span=None, on=None, days=request.GET.get("days"))
    return {"url": url, "label": _("Pipeline analysis")}


def _stage(window: Window, text: str) -> Stage:
    stages = {str(one.pk): one for one in window.steps}
    if text not in stages:
        raise Missing()
    return stages[text]


def _behind(question: Question, window: Window, stage: Stage, data: Mapping[str, str]) -> Any:
    if data.get("what") == "stayed":
        return analysis.stayed(question.actor, window, stage)
    rows = analysis.reached(question.actor, window, stage)
    month = data.get("month", "")
    if month:
        try:
            first = dt.date.fromisoformat(month)
        except ValueError as error:
            raise Missing() from error
        start = dt.datetime.combine(first.replace(day=1), dt.time(), window.zone)
        later = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
        rows = rows.filter(created_at__gte=start, created_at__lt=dt.datetime.combine(later, dt.time(), window.zone))
    return rows
