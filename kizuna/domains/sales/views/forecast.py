"""The forecast: what is won and may come in a period, by team and person; adjusted, and as it stood."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kizuna.base.access import policy
from kizuna.base.access.models import Scope as Reach
from kizuna.base.types import locales
from kizuna.base.types.errors import Invalid, Malformed
from kizuna.base.types.money import Money
from kizuna.base.types.numbers import whole
from kizuna.base.ui.middleware import go
from kizuna.domains.sales.queries.forecast import Forecast, Line, forecast, is_anything, is_noted
from kizuna.domains.sales.queries.periods import year_begins_in
from kizuna.domains.sales.queries.scopes import Scope, scope_of
from kizuna.domains.sales.queries.worth import CLOSED, UPWARDS
from kizuna.domains.sales.services import adjusting
from kizuna.domains.sales.views.asked import Question
from kizuna.domains.sales.views.choosing import choices_of, period_of
from kizuna.domains.sales.views.figures import LABELS, cell_of, strip_of, target_of
from kizuna.domains.sales.views.forecast_tabs import PEOPLE, tabs_of


@login_required
@require_GET
def forecast_page(request: HttpRequest) -> HttpResponse:
    """A period at a glance."""
    question = Question.of(request.user, request.GET.dict())
    found = forecast(request.user, question.asked)
    asked, may = question.asked, policy.permissions_of(request.user).can
    context = {
        "title": _("Forecast"),
        **period_of(question, question.url),
        "tabs": tabs_of(question, PEOPLE),
        "fields": choices_of(question),
        "is_past": asked.as_of is not None,
        "is_empty": all(one.is_empty for one in found.lines) and not is_anything(request.user),
        "is_unknown": asked.as_of is not None and not found.total.counts and not is_noted(asked.as_of),
        "figures": strip_of(question, found.total, lambda some: question.deals_url(some, question.whole)),
        "heads": [LABELS[one] for one in UPWARDS],
        "lines": [_line(question, one) for one in found.lines],
        "total": _line(question, found.total),
        "is_person": asked.scope.person is not None,
        "left_out": question.left_out(found.missing),
        "changes_url": question.url("/forecast/changes") if asked.as_of else "",
        "projection_url": "" if asked.as_of else question.url("/forecast/projection"),
        "year": _year(question),
        "quotas_url": "/quotas" if may("quota", "create") else "",
        "new_url": "/opportunities/new" if may("opportunity", "create") else "",
        "import_url": "/opportunities/import" if may("opportunity", "create") and may("opportunity", "import") else "",
    }
    return render(request, "sales/forecast.html", context)


def _line(question: Question, line: Line) -> dict[str, Any]:
    holder = line.team or line.person
    scope = Scope(person=line.person, team=line.team)
    is_total = scope.key == question.asked.scope.key
    may = holder is not None and question.asked.as_of is None and adjusting.may_adjust(question.actor, scope)
    is_all = line.person is None and line.team is None and is_total
    return {
        "name": holder.name if holder else (_("Everybody") if is_all else _("Without an owner")),
        "is_team": line.team is not None,
        "url": question.url(scope=scope.key) if holder and not is_total else "",
        "cells": [_cell(question, line, scope, one, may=may, is_all=is_all) for one in UPWARDS],
        **target_of(question, line),
    }


def _cell(question: Question, line: Line, scope: Scope, category: str, *, may: bool, is_all: bool) -> dict[str, Any]:
    found = line.adjustments.get(category)
    back = question.asked.scope.key  # whose line it is may be another than whose page it stands on
    return cell_of(question, line, category, lambda some: question.deals_url(some, None if is_all else line)) | {
        "adjust_url": question.url("/forecast/adjust", scope=scope.key, category=str(category), back=back)
        if may
        else "",
        "adjusted": question.short(found.amount) if found else "",
        "why": _("%(who)s, %(day)s: %(why)s")
        % {"who": found.by.name, "day": question.reader.moment(found.at), "why": found.note}
        if found
        else "",
    }


def _year(question: Question) -> dict[str, Any] | None:
    """In which month the company's year begins, for who may say so."""
    if policy.permissions_of(question.actor).scope("quota", "update") < Reach.ALL:
        return None
    begins = year_begins_in()
    months = [
        {"value": month, "label": locales.month_name(dt.date(2026, month, 1), question.reader.language)}
        for month in range(1, 13)
    ]
    return {"months": [one | {"selected": one["value"] == begins} for one in months]}


@login_required
@require_http_methods(["GET", "POST"])
def adjust(request: HttpRequest) -> HttpResponse:
    """The dialog in which a manager says what they expect instead, and why."""
    asked = request.GET.dict()
    category = asked.get("category", CLOSED)
    question = Question.of(request.user, asked | {"as_of": ""})
    scope = scope_of(request.user, asked.get("scope", ""), question.scopes)
    found = forecast(request.user, question.asked)
    typed, errors = request.POST.dict(), {}
    if request.method == "POST":
        errors = _adjusted(question, scope, category, typed)
        if not errors:
            messages.success(request, _("Adjusted.") if typed.get("amount") else _("The adjustment is taken back."))
            return go(request, question.url(scope=asked.get("back") or scope.key))
    now = found.total.adjustments.get(category)
    context = {
        "url": question.url("/forecast/adjust", scope=scope.key, category=category, back=asked.get("back")),
        "who": scope.label,
        "label": LABELS.get(category, ""),
        "period": question.asked.period.words(question.reader.language),
        "original": question.exact(_original(found, category)),
        "currency": question.asked.currency,
        "amount": typed.get("amount", f"{now.amount.amount:f}" if now and now.amount else ""),
        "note": typed.get("note", now.note if now else ""),
        "is_adjusted": now is not None,
        "errors": errors,
    }
    return render(request, "sales/forecast_adjust.html", context, status=422 if errors else 200)


def _original(found: Forecast, category: str) -> Money | None:
    return found.total.upto(category) if category in UPWARDS else None


def _adjusted(question: Question, scope: Scope, category: str, typed: dict[str, str]) -> dict[str, Any]:
    """Keep it; what is wrong, by field."""
    text = "" if "take_back" in typed else typed.get("amount", "").strip()
    if "take_back" in typed:
        typed["amount"] = ""
    try:
        amount = Money.parse(text, question.asked.currency, question.reader.language) if text else None
        adjusting.adjust_forecast(
            actor=question.actor, scope=scope, period=question.asked.period, category=category, amount=amount,
            note=typed.get("note", ""),
        )  # fmt: skip
    except Malformed as error:
        return {"amount": [str(error)]}
    except Invalid as error:
        return dict(error.errors)
    return {}


@login_required
@require_POST
def set_year(request: HttpRequest) -> HttpResponse:
    """Say in which month the company's year begins."""
    adjusting.set_fiscal_year(actor=request.user, begins_in=whole(request.POST.get("begins_in", "")) or 0)
    messages.success(request, _("The year begins as you said."))
    return go(request, "/forecast")
