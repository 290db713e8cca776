"""How deals went: funnel, days per stage, cohorts, reasons, and when people worked on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from kizuna.base.access import policy
from kizuna.base.types import locales
from kizuna.base.types.errors import Denied, Missing
from kizuna.base.ui.charts import heat, share
from kizuna.domains.sales.models import Kind, Pipeline, Stage
from kizuna.domains.sales.queries import analysis
from kizuna.domains.sales.queries.analysis import Ended, Reached, Window
from kizuna.domains.sales.views.asked import Question, day_of, list_url, may_forecast, of_team

PERIODS = {90: gettext_lazy("90 days"), 180: gettext_lazy("180 days"), 365: gettext_lazy("12 months")}
USUAL = 365
MOST = 200
HOURS = range(7, 21)
MONDAY = dt.date(2026, 1, 5)
TOLD_BY = ("name", "stage", "status", "reason")


def window_of(question: Question, data: Mapping[str, str]) -> Window:
    """The days from `since` until `until`, else the last so many. Raises Missing where there is no pipeline."""
    since, until = day_of(data.get("since")), day_of(data.get("until"))
    days = next((count for count in PERIODS if str(count) == data.get("days")), USUAL)
    pipelines = Pipeline.objects.visible_to(question.actor).order_by("position", "pk")
    pipeline_id = question.asked.pipeline_id or pipelines.values_list("pk", flat=True).first()
    if pipeline_id is None:
        raise Missing()
    if not (since and until and since <= until):
        until = question.reader.today
        since = until - dt.timedelta(days=days - 1)
    return Window(question.asked.scope, pipeline_id, since, until, question.reader.zone)


def may_analyse(actor: Any) -> bool:
    """Figures by stage and reason would tell them to who may not read them."""
    permissions = policy.permissions_of(actor)
    return may_forecast(actor) and all(permissions.readable("opportunity", name) for name in TOLD_BY)


def _asked(request: HttpRequest) -> Question:
    """Raises Denied for who may not see how deals went."""
    if not may_analyse(request.user):
        raise Denied()
    return Question.of(request.user, request.GET.dict() | {"as_of": ""})


@login_required
@require_GET
def analysis_page(request: HttpRequest) -> HttpResponse:
    question = _asked(request)
    window = window_of(question, request.GET.dict())
    days = (window.last_on - window.first_on).days + 1
    ended = analysis.endings(request.user, window, question.asked.currency)
    context = {
        "title": _("Pipeline analysis"),
        "days": days,
        "periods": [
            {"label": label, "url": _url(question, days=count), "current": count == days}
            for count, label in PERIODS.items()
        ],
        "scopes": [
            {
                "value": one.key,
                "label": one.label,
                "indent": range(one.team.depth - 1) if one.team else (),
                "selected": one.key == question.asked.scope.key,
            }
            for one in question.scopes
        ],
        "pipelines": [
            {"value": pk, "label": _(name), "selected": pk == window.pipeline_id}
            for pk, name in Pipeline.objects.visible_to(request.user)
            .order_by("position", "pk")
            .values_list("pk", "name")
        ],
        "funnel": funnel_of(question, window),
        "stays": stays_of(question, window),
        "cohorts": _cohorts(question, window),
        "win_rate": rate_of(question, ended.ended),
        "won": endings_of(question, window, ended.of_kind(Kind.WON)),
        "lost": endings_of(question, window, ended.of_kind(Kind.LOST)),
        "ended_left_out": question.left_out(ended.missing),
        "activity": activity_of(question, window),
        "new_url": "/opportunities/new",
        "import_url": "/opportunities/import",
    }
    return render(request, "sales/analysis.html", context)


def _url(question: Question, **changes: Any) -> str:
    return question.url("/pipeline-analysis", span=None, on=None, **changes)


def _deals_url(question: Question, window: Window, what: str, stage: Stage, month: dt.date | None = None) -> str:
    query = {"scope": question.asked.scope.key, **_days(question, window), "what": what, "stage": stage.pk}
    return f"/pipeline-analysis/deals?{urlencode(query | ({'month': month.isoformat()} if month else {}))}"


def _days(question: Question, window: Window) -> dict[str, Any]:
    """How an address says the window."""
    days = (window.last_on - window.first_on).days + 1
    if window.last_on == question.reader.today and days in PERIODS:
        return {"pipeline": window.pipeline_id, "days": days}
    since, until = window.first_on.isoformat(), window.last_on.isoformat()
    return {"pipeline": window.pipeline_id, "since": since, "until": until}


def funnel_of(question: Question, window: Window) -> dict[str, Any]:
    """What `ui/parts/chart_funnel.html` needs."""
    told = analysis.funnel(question.actor, window, question.asked.currency)
    most = max((one.count for one in told.steps), default=0)
    found, before = [], None
    for step in told.steps:
        found.append(_step(question, window, step, before, most) | {"is_last": step is told.steps[-1]})
        before = step
    return {"steps": found, "is_empty": not most, "left_out": question.left_out(told.missing)}


def _step(question: Question, window: Window, step: Reached, before: Reached | None, most: int) -> dict[str, Any]:
    kept = question.reader.percent(step.count * 100 // before.count) if before and before.count else ""
    return {
        "label": _(step.stage.name),
        "count": question.reader.number(step.count),
        "amount": question.short(step.worth),
        "share": share(step.count, most),
        "kept": kept,
        "url": _deals_url(question, window, "reached", step.stage),
    }


def stays_of(question: Question, window: Window) -> list[dict[str, Any]]:
    found = analysis.velocity(question.actor, window)
    most = max((one.upper or 0 for one in found), default=0)
    return [
        {
            "label": _(one.stage.name),
            "value": _("%(days)s days") % {"days": question.reader.number(one.median)}
            if one.median is not None
            else "–",
            "note": _("%(lower)s to %(upper)s") % {"lower": one.lower, "upper": one.upper} if one.count else "",
            "share": share(one.median or 0, most),
            "url": _deals_url(question, window, "stayed", one.stage) if one.count else "",
        }
        for one in found
    ]


def _cohorts(question: Question, window: Window) -> dict[str, Any]:
    steps = window.steps
    rows = []
    for one in analysis.cohorts(question.actor, window):
        cells = []
        for stage in steps:
            count = one.at(stage)
            percent = count * 100 // one.count if count is not None else None
            cells.append(
                {
                    "text": "" if percent is None else question.reader.percent(percent),
                    "level": heat(percent or 0, 100),
                    "is_blank": percent is None,
                    "url": _deals_url(question, window, "reached", stage, one.month_on) if count else "",
                    "title": "" if count is None else question.reader.number(count),
                }
            )
        month = locales.month(one.month_on, question.reader.language)
        rows.append({"label": month, "count": question.reader.number(one.count), "cells": cells})
    return {"heads": [_(stage.name) for stage in steps], "rows": rows}


def rate_of(question: Question, ended: Sequence[Ended]) -> str:
    rate = analysis.win_rate(ended)
    return "" if rate is None else question.reader.percent(int(rate))


def endings_of(question: Question, window: Window, ended: list[Ended]) -> list[dict[str, Any]]:
    most = max((one.count for one in ended), default=0)
    return [
        {
            "label": _(one.reason) if one.reason else _("No reason given"),
            "value": question.reader.number(one.count),
            "note": question.short(one.worth),
            "share": share(one.count, most),
            "tone": "plain" if one.kind == Kind.WON else "bad",
            "url": _ended_url(question, window, one),
        }
        for one in ended
    ]


def _ended_url(question: Question, window: Window, one: Ended) -> str:
    days = [window.first_on.isoformat(), window.last_on.isoformat()]
    reason: dict[str, Any] = {"field": "reason", "op": "is_empty"}
    if one.reason_id:
        reason = {"field": "reason", "op": "is", "value": one.reason_id}
    return list_url(
        [
            {"field": "status", "op": "is", "value": one.kind},
            {"field": "closes_on", "op": "between", "value": days},
            {"field": "pipeline", "op": "is", "value": window.pipeline_id},
            reason,
            *owners(window),
        ]
    )


def owners(window: Window) -> list[dict[str, Any]]:
    """Whose deals, as the list asks for it."""
    if window.scope.person:
        return [{"field": "owner", "op": "is", "value": window.scope.person.pk}]
    if window.scope.team:
        return [of_team(window.scope.team)]
    return []


def activity_of(question: Question, window: Window) -> dict[str, Any] | None:
    if not policy.permissions_of(question.actor).can("interaction", "read"):
        return None
    found = analysis.activity(question.actor, window)
    most = max(found.values(), default=0)
    rows = []
    for weekday in range(1, 8):
        cells = []
        for hour in range(24):
            count = found.get((weekday, hour), 0)
            url = _spoken_url(question, window, weekday, hour) if count else ""
            shown = question.reader.number(count) if count else ""
            cells.append({"text": shown, "level": heat(count, most), "url": url})
        label = locales.weekday(MONDAY + dt.timedelta(days=weekday - 1), question.reader.language)
        rows.append({"label": label, "cells": [cells[hour] for hour in _hours(found)]})
    return {"heads": list(_hours(found)), "rows": rows, "is_empty": not most}


def _spoken_url(question: Question, window: Window, weekday: int, hour: int) -> str:
    query = {"scope": question.asked.scope.key, **_days(question, window), "weekday": weekday, "hour": hour}
    return f"/pipeline-analysis/interactions?{urlencode(query)}"


def _hours(found: Mapping[tuple[int, int], int]) -> range:
    """The usual hours, and further ones in which something happened."""
    hours = [hour for _weekday, hour in found]
    return range(min([HOURS[0], *hours]), max([HOURS[-1], *hours]) + 1)


@login_required
@require_GET
def deals_behind(request: HttpRequest) -> HttpResponse:
    """The deals that a figure of the analysis counts, the newest first."""
    question = _asked(request)
    window = window_of(question, request.GET.dict())
    stage = _stage(window, request.GET.get("stage", ""))
    rows = _behind(question, window, stage, request.GET.dict())
    found = list(rows.select_related("stage", "owner").order_by("-created_at", "-pk")[: MOST + 1])
    context = {
        "title": _("Came to %(stage)s") % {"stage": _(stage.name)}
        if request.GET.get("what") != "stayed"
        else _("Were in %(stage)s") % {"stage": _(stage.name)},
        "back_url": question.url("/pipeline-analysis", span=None, on=None, days=request.GET.get("days")),
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
    numbers = [request.GET.get(name, "") for name in ("weekday", "hour")]
    if not all(text.isascii() and text.isdigit() and len(text) < 3 for text in numbers):
        raise Missing()
    weekday, hour = map(int, numbers)
    rows = analysis.spoken(request.user, window).filter(weekday=weekday, hour=hour)
    found = list(rows.select_related("owner").order_by("-happened_at", "-pk")[: MOST + 1])
    may_subject = policy.permissions_of(request.user).readable("interaction", "subject")
    when = {"weekday": locales.weekday(MONDAY + dt.timedelta(days=weekday - 1), question.reader.language), "hour": hour}
    context = {
        "title": _("Customers spoken to: %(weekday)s, %(hour)d o’clock") % when,
        "back_url": question.url("/pipeline-analysis", span=None, on=None, days=request.GET.get("days")),
        "deals": [
            {
                "name": (one.subject if may_subject else "") or question.reader.full_moment(one.happened_at),
                "url": f"/interactions/{one.pk}",
                "stage": question.reader.full_moment(one.happened_at),
                "owner": one.owner.name if one.owner else "",
                "amount": "",
            }
            for one in found[:MOST]
        ],
        "is_cut": len(found) > MOST,
        "most": MOST,
    }
    return render(request, "sales/analysis_deals.html", context)


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
