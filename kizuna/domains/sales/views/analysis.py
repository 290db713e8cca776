"""How deals went: funnel, days per stage, cohorts, reasons, and when people worked on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from kizuna.base.access import policy
from kizuna.base.types import locales
from kizuna.base.types.errors import Denied, Missing
from kizuna.base.ui.charts import heat, share
from kizuna.base.ui.middleware import wants_part
from kizuna.domains.sales.models import Kind, Pipeline, Stage
from kizuna.domains.sales.queries import analysis
from kizuna.domains.sales.queries.analysis import Ended, Reached, Window
from kizuna.domains.sales.views.asked import Question, day_of, list_url, may_forecast, of_team
from kizuna.domains.sales.views.choosing import pipelines_of, scopes_of

Content = dict[str, Any]
Cells = list[dict[str, Any]]
PERIODS = {90: gettext_lazy("90 days"), 180: gettext_lazy("180 days"), 365: gettext_lazy("12 months")}
USUAL = 365
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


def asked_of(request: HttpRequest) -> Question:
    """Raises Denied for who may not see how deals went."""
    if not may_analyse(request.user):
        raise Denied()
    return Question.of(request.user, request.GET.dict() | {"as_of": ""})


@login_required
@require_GET
def analysis_page(request: HttpRequest) -> HttpResponse:
    """The page with places for its panels, which are asked for one by one."""
    question = asked_of(request)
    window = window_of(question, request.GET.dict())
    days = (window.last_on - window.first_on).days + 1
    context = {
        "title": _("Pipeline analysis"),
        "days": days,
        "periods": [
            {"label": label, "url": _url(question, days=count), "current": count == days}
            for count, label in PERIODS.items()
        ],
        "fields": scopes_of(question) | {"pipelines": pipelines_of(question, window.pipeline_id)},
        "panels": [
            {
                "key": one.key, "title": one.title, "note": one.note, "is_wide": one.is_wide,
                "url": _url(question, f"/panels/{one.key}", **_days(question, window)),
            }
            for one in PARTS
            if one.may(request.user)
        ],
        "is_empty": not analysis.is_anything(request.user, window),
        "new_url": "/opportunities/new",
        "import_url": "/opportunities/import",
    }  # fmt: skip
    return render(request, "sales/analysis.html", context)


@login_required
@require_GET
def analysis_part(request: HttpRequest, key: str) -> HttpResponse:
    """One panel; a page of its own where no script asks for it. Raises Missing for none of this name."""
    question = asked_of(request)
    part = next((one for one in PARTS if one.key == key and one.may(request.user)), None)
    if part is None:
        raise Missing()
    window = window_of(question, request.GET.dict())
    context = {
        "title": part.title, "note": part.note, "template": part.template, "content": part.content(question, window),
        "back": {"url": _url(question, **_days(question, window)), "label": _("Pipeline analysis")},
    }  # fmt: skip
    return render(request, f"sales/analysis_panel.html{'#panel' if wants_part(request) else ''}", context)


def _url(question: Question, page: str = "", **changes: Any) -> str:
    return question.url(f"/pipeline-analysis{page}", span=None, on=None, **changes)


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


def funnel_content(question: Question, window: Window) -> Content:
    """What `sales/home_funnel.html` needs."""
    found = funnel_of(question, window)
    rows: list[Cells] = [
        [
            {"text": step["label"]},
            {"text": step["count"], "url": step["url"]},
            {"text": step["kept"]},
            {"text": step["amount"]},
        ]
        for step in found["steps"]
    ]
    return {
        "funnel": found,
        "table": _table(_("Funnel"), [_("Stage"), _("Deals"), _("Of the stage before"), _("Amount")], rows),
    }


def _in_days(count: Any, question: Question) -> str:
    if count is None:
        return "–"
    words = ngettext("%(days)s day", "%(days)s days", 1 if count == 1 else 2)
    return words % {"days": question.reader.number(count)}


def stays_of(question: Question, window: Window) -> list[dict[str, Any]]:
    found = analysis.velocity(question.actor, window)
    most = max((one.upper or 0 for one in found), default=0)
    return [
        {
            "label": _(one.stage.name),
            "value": _in_days(one.median, question),
            "note": _("%(lower)s to %(upper)s") % {"lower": one.lower, "upper": one.upper} if one.count else "",
            "share": share(one.median or 0, most),
            "url": _deals_url(question, window, "stayed", one.stage) if one.count else "",
        }
        for one in found
    ]


def velocity_content(question: Question, window: Window) -> Content:
    """What `sales/home_velocity.html` needs."""
    bars = stays_of(question, window)
    rows = _rows(bars)
    return {"bars": bars, "table": _table(_("Days in a stage"), [_("Stage"), _("Middle"), _("Middle half")], rows)}


def _cohorts(question: Question, window: Window) -> Content:
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


def endings_content(question: Question, window: Window) -> Content:
    """What `sales/home_endings.html` needs."""
    ended = analysis.endings(question.actor, window, question.asked.currency)
    won, lost = (endings_of(question, window, ended.of_kind(kind)) for kind in (Kind.WON, Kind.LOST))
    heads = [_("Reason"), _("Deals"), _("Amount")]
    return {
        "won": won,
        "lost": lost,
        "win_rate": rate_of(question, ended.ended),
        "won_table": _table(_("Won, by reason"), heads, _rows(won)),
        "left_out": question.left_out(ended.missing),
        "lost_table": _table(_("Lost, by reason"), heads, _rows(lost)),
    }


def _rows(bars: Sequence[dict[str, Any]]) -> list[Cells]:
    return [[{"text": bar["label"]}, {"text": bar["value"], "url": bar["url"]}, {"text": bar["note"]}] for bar in bars]


def _table(label: str, heads: Sequence[str], rows: Sequence[Cells]) -> dict[str, Any]:
    return {"label": label, "heads": heads, "rows": rows}


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


def may_hear(actor: Any) -> bool:
    """Whether somebody sees when customers were spoken to."""
    return policy.permissions_of(actor).can("interaction", "read")


def activity_of(question: Question, window: Window) -> Content:
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


@dataclass(frozen=True)
class Part:
    """A panel: `note` says of what it tells; `content` makes what `template` draws."""

    key: str
    title: Any
    note: Any
    template: str
    content: Callable[[Question, Window], Content]
    is_wide: bool = False
    may: Callable[[Any], bool] = may_analyse


PARTS = (
    Part(
        "funnel", gettext_lazy("How far deals come"), gettext_lazy("of those that began in these days"),
        "sales/home_funnel.html", funnel_content,
    ),
    Part(
        "velocity", gettext_lazy("Days in a stage"),
        gettext_lazy("the middle, and the middle half, of the stays that ended in these days"),
        "sales/home_velocity.html", velocity_content,
    ),
    Part(
        "endings", gettext_lazy("Won and lost, by reason"), gettext_lazy("of those that closed in these days"),
        "sales/home_endings.html", endings_content, is_wide=True,
    ),
    Part(
        "cohorts", gettext_lazy("How far deals come, by the month in which they began"),
        gettext_lazy("empty: some may still come there"), "sales/analysis_cohorts.html", _cohorts, is_wide=True,
    ),
    Part(
        "activity", gettext_lazy("When customers were spoken to"),
        gettext_lazy("interactions of these people by weekday and hour, where you are"),
        "sales/analysis_activity.html", activity_of, is_wide=True, may=may_hear,
    ),
)  # fmt: skip
