"""The forecast by territory: what is won and may come in each part of the market, against its quota."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from kizuna.base.access import policy
from kizuna.base.territories import trees
from kizuna.base.types.errors import Denied, Missing
from kizuna.base.types.numbers import whole
from kizuna.domains.sales.queries.territories import ByTerritory, TerritoryLine, by_territory
from kizuna.domains.sales.queries.worth import UPWARDS
from kizuna.domains.sales.views.asked import STOOD, Question
from kizuna.domains.sales.views.choosing import choices_of, period_of
from kizuna.domains.sales.views.figures import LABELS, cell_of, strip_of, target_of
from kizuna.domains.sales.views.forecast_tabs import TERRITORIES, tabs_of

ADDRESS = "/forecast/territories"
MOST_SHOWN = 100
"""Territories on one page."""
MOST_NAMED = 300
"""Territories in the address of one list."""


@login_required
@require_GET
def territories_page(request: HttpRequest) -> HttpResponse:
    """A period at a glance, by the territories right beneath the one that is looked at."""
    actor: Any = request.user
    if not policy.permissions_of(actor).readable("opportunity", "territory"):
        raise Denied()
    question = Question.of(actor, request.GET.dict() | {"scope": ""})
    territory = _territory(request.GET.get("territory", ""))
    found = by_territory(actor, question.asked, territory)
    page = _Page(question, territory)
    shown, silent, more_url = page.shown(found, request.GET.get("skip", ""))
    context = {
        "title": _("Forecast by territory"),
        **period_of(question, page.url),
        "fields": choices_of(question) | {"territory": territory or ""},
        "tabs": tabs_of(question, TERRITORIES),
        "above": [{"name": _("All territories"), "url": page.url(territory=None)}]
        + [{"name": one.name, "url": page.url(territory=one.id)} for one in reversed(found.above)],
        "figures": strip_of(question, found.total, lambda some: page.deals_url(some, found.total)),
        "heads": [LABELS[one] for one in UPWARDS],
        "lines": [page.line(one) for one in shown],
        "silent": _silent(silent, question),
        "more_url": more_url,
        "total": page.line(found.total, is_total=True),
        "left_out": question.left_out(found.missing),
        "is_empty": trees.now().is_empty,
        "settings_url": "/settings/territories" if actor.is_admin else "",
        "is_past": question.asked.as_of is not None,
    }
    return render(request, "sales/forecast_territories.html", context)


def _territory(text: str) -> int | None:
    if not text:
        return None
    found = whole(text)
    if found is None or found not in trees.now().nodes:
        raise Missing()
    return found


def _silent(count: int, question: Question) -> str:
    words = ngettext(
        "%(count)s territory without deals in this period and without a quota is left out.",
        "%(count)s territories without deals in this period and without a quota are left out.",
        count,
    )
    return words % {"count": question.reader.number(count)} if count else ""


class _Page:
    """The words and addresses of one page."""

    def __init__(self, question: Question, territory: int | None) -> None:
        self.question, self.territory = question, territory

    def url(self, *, page: str = ADDRESS, **changes: Any) -> str:
        return self.question.url(page, **{"scope": None, "territory": self.territory} | changes)

    def shown(self, found: ByTerritory, skip: str) -> tuple[Sequence[TerritoryLine], int, str]:
        """The lines of the page; of many only those that say anything, some at a time, and how many say nothing."""
        lines = found.lines
        if len(lines) > MOST_SHOWN:
            lines = [one for one in lines if not one.is_empty]
        start = whole(skip) or 0
        end = start + MOST_SHOWN
        more_url = self.url(skip=end) if len(lines) > end else ""
        return lines[start:end], len(found.lines) - len(lines), more_url

    def deals_url(self, categories: Iterable[str], line: TerritoryLine) -> str:
        """The list of just these deals: who asks for a territory gets those beneath it. None for the rest of one that
        is divided among very many: they cannot all be named in an address."""
        if self.question.asked.as_of:
            names = ",".join(str(one) for one in categories)
            where = {"territory": line.node.id if line.node else "0", "alone": "1" if line.is_rest else None}
            return self.url(page=STOOD, categories=names, back=self.territory, **where)
        further: list[dict[str, Any]] = []
        if line.node is not None:
            further.append({"field": "territory", "op": "is", "value": line.node.id})
        elif line.is_rest:
            further.append({"field": "territory", "op": "is_empty"})
        if line.node is not None and line.is_rest:
            others = [one.id for one in trees.now().children.get(line.node.id, ())]
            if len(others) > MOST_NAMED:
                return ""
            further += [{"field": "territory", "op": "none_of", "value": others}] if others else []
        return self.question.deals_url(categories, None, *further)

    def line(self, line: TerritoryLine, *, is_total: bool = False) -> dict[str, Any]:
        node = line.node
        if is_total:
            name = node.name if node else _("Everywhere")
        elif line.is_rest:
            name = _("In none of them") if node else _("Without a territory")
        else:
            name = node.name if node else ""
        return {
            "name": name,
            "is_team": False,
            "url": self.url(territory=node.id) if node and not is_total and not line.is_rest else "",
            "cells": [cell_of(self.question, line, one, lambda some: self.deals_url(some, line)) for one in UPWARDS],
            **target_of(self.question, line),
        }
