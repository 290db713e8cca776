"""Selling on one page, for the meeting on Monday: panels that say how they are counted and lead to their records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from kizuna.base.identity.models import User
from kizuna.base.resources.titles import title_of
from kizuna.base.types.days import server_day
from kizuna.base.types.errors import Missing
from kizuna.base.types.text import sort_key
from kizuna.base.ui.charts import heat
from kizuna.domains.sales.models import Kind, Pipeline
from kizuna.domains.sales.queries import analysis
from kizuna.domains.sales.queries.analysis import Window
from kizuna.domains.sales.queries.attention import OVERDUE, ROTTING, SLIPPED, attention, fields_of
from kizuna.domains.sales.queries.movement import movement
from kizuna.domains.sales.views.analysis import (
    Content,
    activity_of,
    endings_content,
    funnel_content,
    may_analyse,
    may_hear,
    owners,
    velocity_content,
    window_of,
)  # fmt: skip
from kizuna.domains.sales.views.asked import Question, list_url, may_forecast
from kizuna.domains.sales.views.changes import movement_of
from kizuna.domains.sales.views.choosing import choices_of, period_of
from kizuna.domains.sales.views.panels import figures_of
from kizuna.domains.sales.views.projection import drawn

MOST_WEEKS = 14
BARE = {"span": None, "on": None}


@dataclass(frozen=True)
class Part:
    """A panel: `how` says how it is counted; `content` makes what `template` draws."""

    key: str
    title: Any
    how: Any
    template: str
    content: Callable[[Question], Content | None]
    is_wide: bool = False
    may: Callable[[Any], bool] = may_forecast


@login_required
@require_GET
def home_page(request: HttpRequest) -> HttpResponse:
    """The page with places for its panels, which are asked for one by one."""
    question = Question.of(request.user, request.GET.dict() | {"as_of": ""})
    context = {
        "title": _("Sales"),
        **period_of(question, partial(question.url, "/sales")),
        "fields": choices_of(question),
        "panels": [
            {
                "key": one.key, "title": one.title, "how": one.how, "is_wide": one.is_wide,
                "url": question.url(f"/sales/panels/{one.key}"),
            }
            for one in PARTS
            if one.may(request.user)
        ],
        "links": [
            {"label": _("Forecast"), "icon": "chart-line", "url": question.url()},
            {"label": _("Pipeline analysis"), "icon": "chart-bar", "url": question.url("/pipeline-analysis", **BARE)},
            {"label": _("Activity and productivity"), "icon": "users-group", "url": question.url("/sales/people")},
        ],
    }  # fmt: skip
    return render(request, "sales/home.html", context)


@login_required
@require_GET
def home_part(request: HttpRequest, key: str) -> HttpResponse:
    """One panel. Raises Missing for none of this name."""
    part = next((one for one in PARTS if one.key == key and one.may(request.user)), None)
    if part is None:
        raise Missing()
    question = Question.of(request.user, request.GET.dict() | {"as_of": ""})
    content = part.content(question)
    return render(request, "sales/home_panel.html", {"template": part.template, "content": content})


def window(question: Question) -> Window:
    """The days of the period until today, of the pipeline that was asked for or the first one."""
    period, today = question.asked.period, question.reader.today
    until = max(min(period.last_on, today), period.first_on)
    return window_of(question, {"since": period.first_on.isoformat(), "until": until.isoformat()})


def last_monday(today: dt.date) -> dt.date:
    """The Monday of the last meeting: on a Monday the one a week before."""
    return today - dt.timedelta(days=today.weekday() or 7)


# ── panels ──


def in_period(content: Callable[[Question, Window], Content], question: Question) -> Content:
    """What the analysis tells, of the days of the period, and of which pipeline where figures above are of all."""
    here = window(question)
    return content(question, here) | {"pipeline": "" if question.asked.pipeline_id else _one_of(question, here)}


def _one_of(question: Question, here: Window) -> str:
    """The name of the pipeline that is looked at, where it is one of several."""
    names = dict(Pipeline.objects.visible_to(question.actor).values_list("pk", "name"))
    return names[here.pipeline_id] if len(names) > 1 else ""


def _changes(question: Question) -> Content:
    since = last_monday(server_day())
    return {"changes": movement_of(question, movement(question.actor, question.asked, since))}


ATTENTION = {
    SLIPPED: gettext_lazy("Close date has passed"),
    ROTTING: gettext_lazy("Standing still for too long"),
    OVERDUE: gettext_lazy("Next step is overdue"),
}


def _attention(question: Question) -> Content:
    asked, today = question.asked, question.reader.today
    days = fields_of(today)
    groups = []
    for one in attention(question.actor, asked.scope, asked.pipeline_id, today):
        name, until = days[one.what]
        parts: list[dict[str, Any]] = [
            {"field": "status", "op": "is", "value": Kind.OPEN.value},
            {"field": name, "op": "on_or_before", "value": until.isoformat()},
            *([{"field": "pipeline", "op": "is", "value": asked.pipeline_id}] if asked.pipeline_id else []),
            *owners(window(question)),
        ]
        groups.append(
            {
                "label": ATTENTION[one.what],
                "count": question.reader.number(one.count),
                "url": list_url(parts) if one.count else "",
                "deals": [
                    {
                        "name": title_of(deal, question.actor), "url": f"/opportunities/{deal.pk}",
                        "owner": deal.owner.name if deal.owner else "", "amount": question.exact(deal.amount),
                        "when": question.reader.day(getattr(deal, name)),
                    }
                    for deal in one.deals
                ],
            }
        )  # fmt: skip
    return {"groups": groups}


def _activity(question: Question) -> Content | None:
    if not may_hear(question.actor):
        return None
    here = window(question)
    return {"hours": activity_of(question, here), "people": _people(question, here)}


def _people(question: Question, here: Window) -> dict[str, Any]:
    """Who spoke to customers in which week; every field leads to these interactions."""
    found = analysis.activity_of_people(question.actor, here)
    first = here.first_on - dt.timedelta(days=here.first_on.weekday())
    weeks = [first + dt.timedelta(days=7 * number) for number in range((here.last_on - first).days // 7 + 1)][
        -MOST_WEEKS:
    ]
    names = dict(User.objects.filter(pk__in=[pk for pk in found if pk]).values_list("pk", "name"))
    most = max((count for counts in found.values() for count in counts.values()), default=0)
    rows = []
    for pk, counts in sorted(found.items(), key=lambda one: (one[0] is None, sort_key(names.get(one[0] or 0, "")))):
        cells = [
            {
                "text": question.reader.number(counts[week]) if counts.get(week) else "",
                "level": heat(counts.get(week, 0), most),
                "url": _week_url(here, pk, week) if counts.get(week) else "",
            }
            for week in weeks
        ]
        rows.append({"label": names.get(pk or 0) or _("Without an owner"), "cells": cells})
    heads = [question.reader.day(week) for week in weeks]
    return {"heads": heads, "rows": rows, "is_empty": not rows}


def _week_url(here: Window, owner_id: int | None, week: dt.date) -> str:
    first, last = max(week, here.first_on), min(week + dt.timedelta(days=6), here.last_on)
    owner = {"field": "owner", "op": "is", "value": owner_id} if owner_id else {"field": "owner", "op": "is_empty"}
    days = {"field": "happened_at", "op": "between", "value": [first.isoformat(), last.isoformat()]}
    return list_url([owner, days], "interaction")


PARTS = (
    Part(
        "figures", gettext_lazy("Won, open, coverage"),
        gettext_lazy(
            "Won: deals that closed in the period, at the rate of that day, against the quota. Open: deals that "
            "close in the period and are not omitted, at today’s rates. Coverage: how many times these hold what "
            "is missing to the quota."
        ),
        "sales/panel_figures.html", figures_of, is_wide=True,
    ),
    Part(
        "forecast", gettext_lazy("Forecast against target"),
        gettext_lazy(
            "The line adds up what was won day by day; the dashed one leads to the quota. Where it is likely to "
            "end is calculated from your own earlier periods, and only where there are enough of them."
        ),
        "sales/home_forecast.html", drawn, is_wide=True,
    ),
    Part(
        "changes", gettext_lazy("What changed since last Monday"),
        gettext_lazy(
            "The open deals of the period at the end of that Monday beside those of now, at today’s rates. Each "
            "deal has one reason, so that it adds up."
        ),
        "sales/home_changes.html", _changes,
    ),
    Part(
        "attention", gettext_lazy("Deals to look at"),
        gettext_lazy(
            "Open deals, whatever the period: the close date has passed, they stand in their stage for longer "
            "than it allows, or the day of the next step has passed."
        ),
        "sales/home_attention.html", _attention,
    ),
    Part(
        "funnel", gettext_lazy("How far deals come"),
        gettext_lazy(
            "Of the deals that began in the period: how many came to a stage, or further on. The percentages are "
            "of the stage before."
        ),
        "sales/home_funnel.html", partial(in_period, funnel_content), may=may_analyse,
    ),
    Part(
        "velocity", gettext_lazy("Days in a stage"),
        gettext_lazy(
            "Of the stays that ended in the period: the middle of them in whole days, and between which values "
            "the middle half lies."
        ),
        "sales/home_velocity.html", partial(in_period, velocity_content), may=may_analyse,
    ),
    Part(
        "endings", gettext_lazy("Won and lost, by reason"),
        gettext_lazy(
            "Deals that were won or lost with a close date in the period, by the reason that was given, at "
            "the rate of that day."
        ),
        "sales/home_endings.html", partial(in_period, endings_content), is_wide=True, may=may_analyse,
    ),
    Part(
        "activity", gettext_lazy("When customers were spoken to"),
        gettext_lazy(
            "Interactions of these people in the period: calls, mails, meetings and visits, by weekday and hour "
            "where you are, and by person and week."
        ),
        "sales/home_activity.html", _activity, is_wide=True,
    ),
)  # fmt: skip
