"""What selling puts on Home: the period in figures, the forecast against its target, the funnel."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kizuna.base.access import policy
from kizuna.base.access.models import Scope as Reach
from kizuna.base.types.money import Money
from kizuna.base.ui.charts import spark
from kizuna.base.ui.home import Panel
from kizuna.domains.sales.queries.forecast import forecast
from kizuna.domains.sales.queries.won import open_by_day, won_by_day
from kizuna.domains.sales.queries.worth import CLOSED, OPEN
from kizuna.domains.sales.views.analysis import funnel_of, may_analyse, window_of
from kizuna.domains.sales.views.asked import Question, may_forecast
from kizuna.domains.sales.views.projection import drawn

WEEKS = 8


def sells(actor: Any) -> bool:
    """Whether somebody works on deals, and does not only look at them."""
    return may_forecast(actor) and policy.permissions_of(actor).scope("opportunity", "update") > Reach.NONE


def figures(actor: Any) -> dict[str, Any]:
    """The figures of the quarter."""
    return figures_of(Question.of(actor, {}))


def figures_of(question: Question) -> dict[str, Any]:
    """What is won, what is open, and how far that is from the quota; with small lines of how it went."""
    actor = question.actor
    told = forecast(actor, question.asked)
    found = told.total
    reached = _("no quota")
    if found.attainment is not None:
        reached = _("%(percent)s of %(quota)s") % {
            "percent": question.reader.percent(found.attainment),
            "quota": question.short(found.quota),
        }
    line = None if question.asked.scope.key == "all" else found
    covered, weeks = found.coverage, _weeks(question)
    opened = open_by_day(actor, question.asked, weeks)
    return {
        "figures": [
            {
                "label": _("Won, %(period)s") % {"period": question.asked.period.words(question.reader.language)},
                "value": question.short(found.closed),
                "note": reached,
                "url": question.deals_url([CLOSED], line),
                "spark": _won_so_far(question),
            },
            {
                "label": _("Open pipeline"),
                "value": question.short(found.open),
                "note": _since_last_week(question, opened[weeks[-1]], found.open),
                "url": question.deals_url(OPEN, line),
                "spark": spark([*(opened[day].amount for day in weeks), found.open.amount]),
            },
            {
                "label": _("Coverage"),
                "value": question.times(covered),
                "note": _("the rest of the quota"),
                "url": question.url(),
            },
        ],
        "whose": question.asked.scope.label,
        "left_out": question.left_out(told.missing),
    }


def _won_so_far(question: Question) -> dict[str, Any]:
    total, found = Decimal(0), []
    for _day, money in won_by_day(question.actor, question.asked):
        total += money.amount
        found.append(total)
    return spark(found)


def _weeks(question: Question) -> list[dt.date]:
    today = question.reader.today
    return [today - dt.timedelta(days=7 * back) for back in range(WEEKS, 0, -1)]


def _since_last_week(question: Question, before: Money, now: Money) -> str:
    """How much more or less is open than a week ago."""
    difference = now - before
    if not before or not difference:
        return _("closing in this period")
    sign = "+" if difference.amount > 0 else "−"
    words = question.short(Money(abs(difference.amount), difference.currency))
    return _("%(difference)s this week") % {"difference": f"{sign}{words}"}


def chart(actor: Any) -> dict[str, Any]:
    question = Question.of(actor, {})
    return drawn(question) | {"url": question.url(), "link": _("Forecast")}


def funnel(actor: Any) -> dict[str, Any] | None:
    question = Question.of(actor, {})
    found = funnel_of(question, window_of(question, {"days": "90"}))
    return {"funnel": found, "url": question.url("/pipeline-analysis", span=None, on=None), "link": _("Analysis")}


PANELS = (
    Panel(
        "sales", gettext_lazy("Sales in figures"),
        gettext_lazy("What is won in this quarter against the quota, and what is open."),
        "sales/panel_figures.html", figures, budget=40, kinds=("opportunity",), rank=1, span=12, is_lazy=True,
        is_framed=False, may=may_forecast, is_usual=sells,
    ),
    Panel(
        "forecast", gettext_lazy("Forecast against target"),
        gettext_lazy("Won so far, the quota, and where the quarter is likely to end."),
        "sales/panel_forecast.html", chart, budget=40, kinds=("opportunity",), rank=1, span=8, is_lazy=True,
        may=may_forecast, is_usual=sells,
    ),
    Panel(
        "funnel", gettext_lazy("Pipeline of 90 days"),
        gettext_lazy("How far the deals came that began in the last 90 days."),
        "sales/panel_funnel.html", funnel, budget=20, kinds=("opportunity",), rank=1, span=4, is_lazy=True,
        may=may_analyse, is_usual=sells,
    ),
)  # fmt: skip
