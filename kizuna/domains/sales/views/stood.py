"""The deals behind a figure of the past: how each stood at the end of a day, the newest first."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kizuna.base.resources.titles import title_of
from kizuna.base.territories import trees
from kizuna.base.types.errors import Missing
from kizuna.base.types.numbers import whole
from kizuna.domains.sales.models import ForecastCategory, OpportunityState
from kizuna.domains.sales.queries.forecast import counted, deals_of
from kizuna.domains.sales.queries.worth import UPWARDS
from kizuna.domains.sales.views.asked import Question

MOST = 200


@login_required
@require_GET
def deals_behind(request: HttpRequest) -> HttpResponse:
    """Raises Missing where no past day is asked for, or a category or territory that there is not."""
    question = Question.of(request.user, request.GET.dict())
    if question.asked.as_of is None:
        raise Missing()
    categories = request.GET.get("categories", "").split(",")
    if not set(categories) <= {str(one) for one in UPWARDS}:
        raise Missing()
    rows = deals_of(request.user, question.asked).filter(counted(question.asked), forecast_category__in=categories)
    rows = rows.filter(_whose(question, request.GET.dict())).select_related("opportunity", "owner")
    found = list(rows.order_by("-opportunity__created_at", "-opportunity")[: MOST + 1])
    context = {
        "title": _("As it stood on %(day)s") % {"day": question.reader.day(question.asked.as_of)},
        "about": _about(question, categories, request.GET.dict()),
        "back": {"url": _back(question, request.GET.dict()), "label": _("Forecast")},
        "deals": [_told(question, one) for one in found[:MOST]],
        "is_cut": len(found) > MOST,
        "most": MOST,
    }
    return render(request, "sales/analysis_deals.html", context)


def _whose(question: Question, data: dict[str, str]) -> Q:
    """Those of a scope; of a territory with what lies beneath it, or in it alone; or of nobody."""
    if "territory" in data:
        return _there(whole(data["territory"]), alone="alone" in data)
    return question.asked.scope.owned() & (Q(owner=None) if data.get("owner") == "none" else Q())


def _there(territory: int | None, *, alone: bool) -> Q:
    tree = trees.now()
    if territory is None or (territory and territory not in tree.nodes):
        raise Missing()
    if alone and not territory:
        return Q(territory=None) | Q(territory__deleted_at__isnull=False)
    if alone:
        return Q(territory=territory)
    return Q(territory__in=tree.beneath([territory])) if territory else Q()


def _about(question: Question, categories: list[str], data: dict[str, str]) -> str:
    """Whose deals these are, of which period and categories: what the figure stood for."""
    whose = question.asked.scope.label
    if "territory" in data:
        node = trees.now().nodes.get(whole(data["territory"]) or 0)
        whose = node.name if node else ""
    elif data.get("owner") == "none":
        whose = _("Without an owner")
    chosen = question.reader.listed(str(ForecastCategory(one).label) for one in categories)
    words = [whose, question.asked.period.words(question.reader.language), chosen]
    return " · ".join(word for word in words if word)


def _back(question: Question, data: dict[str, str]) -> str:
    if "territory" in data:
        return question.url("/forecast/territories", scope=None, territory=whole(data.get("back", "")))
    return question.url(scope=data.get("back") or question.asked.scope.key)


def _told(question: Question, state: OpportunityState) -> dict[str, Any]:
    deal, reader = state.opportunity, question.reader
    words = [state.get_forecast_category_display(), reader.day(state.closes_on) if state.closes_on else ""]
    return {
        "name": title_of(deal, question.actor),
        "url": "" if deal.is_deleted else f"/opportunities/{deal.pk}",
        "stage": " · ".join(word for word in words if word),
        "owner": state.owner.name if state.owner else "",
        "amount": question.exact(state.amount),
    }
