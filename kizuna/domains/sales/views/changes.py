"""What changed in the open pipeline since a day: reasons that add up, and the deals behind each of them."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from kizuna.base.resources import registry
from kizuna.base.types.errors import Missing
from kizuna.base.types.money import Money
from kizuna.base.ui.middleware import go, wants_part
from kizuna.domains.sales.queries.comparing import Place
from kizuna.domains.sales.queries.movement import REASONS, Moved, Movement, deals_moved, movement
from kizuna.domains.sales.views.asked import Question

PLACE = re.compile(r"(?P<size>-?[0-9]{1,20}(?:\.[0-9]{1,10})?)?,(?P<pk>[0-9]{1,18})")
"""Behind which deal a list goes on: the amount by which it stands, perhaps none, and the deal."""


@login_required
@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """What is open of a period now beside what was then."""
    question = Question.of(request.user, request.GET.dict())
    asked = question.asked
    if asked.as_of is None:
        return go(request, question.url())
    found = movement(request.user, asked, asked.as_of)
    return render(request, "sales/forecast_changes.html", {"changes": movement_of(question, found)})


def movement_of(question: Question, found: Movement) -> dict[str, Any]:
    """What `sales/forecast_changes.html` needs."""
    return {
        "since": question.reader.day(found.since),
        "before": question.exact(found.before),
        "now": question.exact(found.now),
        "steps": [
            {
                "label": one.label,
                "difference": _signed(question, one.difference),
                "is_less": one.difference.amount < 0,
                "count": question.reader.number(one.count),
                "url": _deals_url(question, one.reason, found.since),
            }
            for one in found.steps
        ],
        "recategorised": _recategorised(found.recategorised, question),
        "left_out": question.left_out(found.missing),
    }


def _recategorised(count: int, question: Question) -> str:
    words = ngettext(
        "%(count)s deal is in another forecast category; that moves no money.",
        "%(count)s deals are in another forecast category; that moves no money.",
        count,
    )
    return words % {"count": question.reader.number(count)} if count else ""


def _signed(question: Question, money: Money) -> str:
    words = question.exact(money)
    return f"+{words}" if money.amount > 0 else words


def _deals_url(question: Question, reason: str, since: dt.date, after: Place | None = None) -> str:
    place = f"{'' if after[0] is None else after[0]},{after[1]}" if after else None
    return question.url(f"/forecast/changes/{reason}", as_of=since.isoformat(), after=place)


@login_required
@require_GET
def deals_behind(request: HttpRequest, reason: str) -> HttpResponse:
    """The deals that changed for one reason, the largest first: a page, for htmx further lines of it. Raises Missing
    for no reason."""
    question = Question.of(request.user, request.GET.dict())
    since = question.asked.as_of
    if since is None or reason not in REASONS:
        raise Missing()
    found = deals_moved(question.actor, question.asked, since, reason, after=_place(request.GET.get("after", "")))
    context = {
        "title": REASONS[reason],
        "since": question.reader.day(since),
        "back": {"url": question.url(), "label": _("Forecast")},
        "deals": [_moved(question, deal) for deal in found.shown],
        "more_url": _deals_url(question, reason, since, found.next_place) if found.next_place else "",
    }
    return render(request, f"sales/forecast_moved.html{'#deals' if wants_part(request) else ''}", context)


def _place(text: str) -> Place | None:
    found = PLACE.fullmatch(text)
    return (Decimal(found["size"]) if found["size"] else None, int(found["pk"])) if found else None


def _moved(question: Question, deal: Moved) -> dict[str, Any]:
    is_later = deal.closed_before_on is not None and deal.closed_before_on != deal.closes_on
    return {
        "name": deal.name if registry.get("opportunity").is_named_to(question.actor) else f"#{deal.id}",
        "url": f"/opportunities/{deal.id}" if deal.url else "",
        "before": question.exact(deal.before) if deal.before != deal.now else "",
        "now": question.exact(deal.now),
        "from_on": question.reader.day(deal.closed_before_on) if is_later and deal.closed_before_on else "",
        "to_on": question.reader.day(deal.closes_on) if deal.closes_on else "",
    }
