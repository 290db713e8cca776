"""What people did in a period, for those who lead them; everybody sees themselves."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from kizuna.domains.sales.queries.people import (
    ANSWERED,
    CALLS,
    ENOUGH_DAYS,
    ENOUGH_DEALS,
    ENOUGH_LEADS,
    ENOUGH_PEOPLE,
    IN_TIME,
    LOST,
    MAILS,
    MEASURES,
    MEETINGS,
    MOVED,
    OF_ACTIVITY,
    TASKS,
    WON,
    Days,
    People,
    Row,
    may_see,
    people,
)  # fmt: skip
from kizuna.domains.sales.queries.scopes import Scope
from kizuna.domains.sales.views.asked import Question, list_url, may_forecast
from kizuna.domains.sales.views.choosing import choices_of, period_of

may_look = may_forecast

LABELS = {
    CALLS: gettext_lazy("Calls"),
    MAILS: gettext_lazy("E-mails written"),
    MEETINGS: gettext_lazy("Meetings"),
    TASKS: gettext_lazy("Tasks done"),
    IN_TIME: gettext_lazy("Leads answered in time"),
    MOVED: gettext_lazy("Deals moved on"),
    WON: gettext_lazy("Deals won"),
    "win_rate": gettext_lazy("Win rate"),
}
HOW = {
    "days": gettext_lazy(
        "Days on which the company works (by the business hours, else Monday to Friday), since they joined, "
        "without their absences. Who works part-time is not known here: their rates a day come out lower."
    ),
    CALLS: gettext_lazy("Calls that they handled, in either direction, in the period. Beneath: in a working day."),
    MAILS: gettext_lazy("E-mails to customers that they handled. Beneath: in a working day."),
    MEETINGS: gettext_lazy("Meetings of theirs on a day of the period. Beneath: in a working day."),
    TASKS: gettext_lazy("Tasks of theirs that were completed in the period. Beneath: in a working day."),
    IN_TIME: gettext_lazy(
        "Of the leads with a time to answer that were answered in the period: those that were not late. "
        "Beneath: the middle of how many whole hours they waited."
    ),
    MOVED: gettext_lazy("Open deals of theirs that came into the stage where they stand in the period."),
    WON: gettext_lazy("Deals of theirs that were won with a close date in the period, at the rate of that day."),
    "win_rate": gettext_lazy("Won of all that were won or lost in the period."),
}  # fmt: skip


@login_required
@require_GET
def people_page(request: HttpRequest) -> HttpResponse:
    question = Question.of(request.user, request.GET.dict() | {"as_of": ""})
    period, today = question.asked.period, question.reader.today
    days = Days(period.first_on, max(min(period.last_on, today), period.first_on))
    scope = _scope(question)
    found = people(request.user, scope, days, question.asked.currency)
    columns = [key for key in LABELS if key in found.keys or (key == "win_rate" and {WON, LOST} <= {*found.keys})]
    fields = choices_of(question) | {"whose": _("Whose work")}
    if may_see(request.user) == {question.actor.pk}:
        fields["scopes"] = []
    context = {
        "title": _("Activity and productivity"),
        **period_of(question, partial(question.url, "/sales/people")),
        "fields": fields,
        "days_how": HOW["days"],
        "heads": [{"key": key, "label": LABELS[key], "how": HOW[key]} for key in columns],
        "rows": [_row(question, days, row, columns) for row in found.rows],
        "middle": _middle(question, found, columns),
        "left_out": question.left_out(found.missing),
        "sales_url": question.url("/sales"),
        "enough": {
            "days": ENOUGH_DAYS, "deals": ENOUGH_DEALS, "leads": ENOUGH_LEADS, "people": ENOUGH_PEOPLE,
        },
    }  # fmt: skip
    return render(request, "sales/people.html", context)


def _scope(question: Question) -> Scope:
    """Who leads nobody looks at themselves, whatever deals they may see."""
    if may_see(question.actor) == {question.actor.pk}:
        return Scope(person=question.actor)
    return question.asked.scope


def _row(question: Question, days: Days, row: Row, columns: list[str]) -> dict[str, Any]:
    since = _("since %(day)s") % {"day": question.reader.day(row.since)} if row.since else ""
    return {
        "name": row.person.name,
        "is_mine": row.person.pk == question.actor.pk,
        "days": question.reader.number(row.days),
        "since": since,
        "cells": [_cell(question, days, row, key) | {"label": LABELS[key]} for key in columns],
    }


def _cell(question: Question, days: Days, row: Row, key: str) -> dict[str, Any]:
    number = question.reader.number
    if key == "win_rate":
        closed = row.counts[WON] + row.counts[LOST]
        few = _("%(won)s of %(closed)s") % {"won": number(row.counts[WON]), "closed": number(closed)} if closed else "–"
        url = _url(LOST, days, row) if row.counts[LOST] else ""
        if row.win_rate is None:
            return {"text": few, "url": "", "note": _("too few to compare") if closed else ""}
        return {"text": question.reader.percent(row.win_rate), "url": url, "note": few}
    return {"text": number(row.counts[key]), "url": _url(key, days, row) if row.counts[key] else ""} | _noted(
        question, row, key
    )


def _noted(question: Question, row: Row, key: str) -> dict[str, Any]:
    """What stands beneath a figure."""
    number = question.reader.number
    if key in OF_ACTIVITY:
        rate = row.per_day(key)
        return {"note": "" if rate is None else _("%(rate)s a day") % {"rate": number(rate)}}
    if key == WON:
        return {"note": question.short(row.won) if row.won else ""}
    if key == IN_TIME:
        answered = row.counts[ANSWERED]
        if not answered:
            return {"text": "–", "note": ""}
        of = _("%(count)s of %(all)s") % {"count": number(row.counts[IN_TIME]), "all": number(answered)}
        wait = "" if row.wait is None else _waited(question, row.wait)
        return {"text": of, "note": wait or _("too few to compare")}
    return {"note": ""}


def _waited(question: Question, hours: int) -> str:
    if not hours:
        return _("middle: under an hour")
    words = ngettext("middle: %(hours)s hour", "middle: %(hours)s hours", hours)
    return words % {"hours": question.reader.number(hours)}


def _url(key: str, days: Days, row: Row) -> str:
    measure = next(one for one in MEASURES if one.key == key)
    return list_url(measure.tree(days, row.person.pk)["all"], measure.resource)


def _middle(question: Question, found: People, columns: list[str]) -> list[dict[str, Any]]:
    """The row beneath: only where enough people were there for long enough."""
    if not found.middle:
        return []
    number = question.reader.number
    return [
        {"label": LABELS[key], "text": _("%(rate)s a day") % {"rate": number(found.middle[key])}}
        if key in found.middle
        else {}
        for key in columns
    ]
