"""What stands above the pages of selling: their period, and whose deals, of which pipeline, in which currency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from kizuna.base.types.days import server_day
from kizuna.domains.sales.models import Pipeline, Span
from kizuna.domains.sales.views.asked import Question, currencies


def period_of(question: Question, url: Callable[..., str]) -> dict[str, Any]:
    """What sales/period.html says of the period, and the ways to those beside it; `url` makes its addresses."""
    period, reader = question.asked.period, question.reader
    return {
        "period": period.words(reader.language),
        "days": _("%(first)s to %(last)s") % {"first": reader.day(period.first_on), "last": reader.day(period.last_on)},
        "previous_url": url(on=period.moved(-1).first_on.isoformat()),
        "next_url": url(on=period.moved(1).first_on.isoformat()),
        "today_url": "" if period.first_on <= reader.today <= period.last_on else url(on=None),
        "spans": [
            {"label": label, "url": url(span=code), "current": code == period.span} for code, label in Span.choices
        ],
    }


def choices_of(question: Question) -> dict[str, Any]:
    """What the form of a page offers."""
    asked = question.asked
    return {
        "span": str(asked.period.span),
        "on": asked.period.first_on.isoformat(),
        **scopes_of(question),
        "pipelines": pipelines_of(question, asked.pipeline_id),
        "currencies": [
            {"value": code, "label": code, "selected": code == asked.currency} for code in currencies(asked.currency)
        ],
        "as_of": asked.as_of.isoformat() if asked.as_of else "",
        "last_day": (server_day() - dt.timedelta(days=1)).isoformat(),
    }


def scopes_of(question: Question) -> dict[str, Any]:
    """Whose deals may be looked at; the one that is looked at is among them."""
    actor, current = question.actor, question.asked.scope
    scopes = question.scopes
    if all(one.key != current.key for one in scopes):
        scopes = [current, *scopes]
    return {
        "whose": _("Whose deals"),
        "scopes": [
            {
                "value": one.key,
                "label": _("My deals") if one.person and one.person.pk == actor.pk else one.label,
                "indent": range(one.team.depth - 1) if one.team else (),
                "selected": one.key == current.key,
            }
            for one in scopes
        ],
    }


def pipelines_of(question: Question, current: int | None) -> list[dict[str, Any]]:
    """The pipelines that somebody sees; the names that Kizuna brings are in their language."""
    pipelines = Pipeline.objects.visible_to(question.actor).order_by("position", "pk")
    return [
        {"value": pk, "label": _(name), "selected": pk == current} for pk, name in pipelines.values_list("pk", "name")
    ]
