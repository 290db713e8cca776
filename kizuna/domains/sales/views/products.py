"""The forecast by product: what deals are about, category by category, down to the deals of each product."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kizuna.base.types.errors import Denied, Missing
from kizuna.base.types.numbers import whole
from kizuna.domains.sales.queries.forecast import upto
from kizuna.domains.sales.queries.products import (
    CATEGORY,
    NO_CATEGORY,
    NO_LINES,
    NO_PRODUCT,
    NOWHERE,
    OTHERS,
    PRODUCT,
    ByProduct,
    ProductLine,
    Shelves,
    by_product,
    may_tell_products,
)
from kizuna.domains.sales.queries.worth import UPWARDS
from kizuna.domains.sales.views.asked import Question, day_of
from kizuna.domains.sales.views.choosing import choices_of, period_of
from kizuna.domains.sales.views.figures import LABELS, cell_of
from kizuna.domains.sales.views.forecast_tabs import PRODUCTS, tabs_of

ADDRESS = "/forecast/products"
NONE = "none"
"""How an address says that products are in no category."""


@login_required
@require_GET
def products_page(request: HttpRequest) -> HttpResponse:
    """A period at a glance, by the categories and products right within the category that is looked at."""
    actor: Any = request.user
    if not may_tell_products(actor):
        raise Denied()
    question = Question.of(actor, request.GET.dict() | {"as_of": ""})
    shelves = Shelves(actor)
    shelf = _shelf(request.GET.get("category", ""), shelves)
    found = by_product(actor, question.asked, shelf, shelves)
    page = _Page(question, shelf, found)
    past = day_of(request.GET.get("as_of"))
    context = {
        "title": _("Forecast by product"),
        **period_of(question, page.url),
        "tabs": tabs_of(question, PRODUCTS),
        "fields": choices_of(question) | {"category": _said(shelf)},
        "above": page.above(),
        "figures": page.figures(),
        "heads": [LABELS[one] for one in UPWARDS],
        "lines": [page.line(one) for one in found.lines],
        "total": page.line(found.total, is_total=True),
        "left_out": question.left_out(found.missing),
        "past": question.reader.day(past) if past and past < question.reader.today else "",
    }
    return render(request, "sales/forecast_products.html", context)


def _shelf(text: str, shelves: Shelves) -> int | None:
    if not text:
        return None
    if text == NONE:
        return NOWHERE
    found = whole(text)
    if found is None or found not in shelves.names:
        raise Missing()
    return found


def _said(shelf: int | None) -> str:
    return NONE if shelf == NOWHERE else str(shelf or "")


class _Page:
    """The words and addresses of one page."""

    def __init__(self, question: Question, shelf: int | None, found: ByProduct) -> None:
        self.question, self.shelf, self.found = question, shelf, found
        self.whole = found.total.upto(UPWARDS[-1])

    def url(self, **changes: Any) -> str:
        return self.question.url(ADDRESS, **{"category": _said(self.shelf)} | changes)

    def above(self) -> list[dict[str, Any]]:
        """The way from all products down to what is looked at."""
        found = [{"name": _("All products"), "url": self.url(category=None)}]
        if self.shelf == NOWHERE:
            return [*found, {"name": _("Without a category"), "url": self.url()}]
        return found + [{"name": name, "url": self.url(category=pk)} for pk, name in reversed(self.found.above)]

    def deals_url(self, categories: Iterable[str], line: ProductLine) -> str:
        """The list of just these deals, as the lines that somebody sees tell them apart."""
        scope = self.question.asked.scope
        whose = None if scope.key == "all" else line
        if whose is not None:
            whose = ProductLine(line.currency, person=scope.person, team=scope.team)
        where = self._where(line)
        if line.of == NO_LINES:
            return self.question.deals_url(categories, whose, {"not": {"related": "opportunitylines"}})
        further = [{"related": "opportunitylines", "where": where}] if where else []
        return self.question.deals_url(categories, whose, *further)

    def _where(self, line: ProductLine) -> dict[str, Any]:
        """What is asked of the lines of a deal; nothing for all deals."""
        where: list[dict[str, Any]]
        some = {"field": "product", "op": "is_not_empty"}
        if line.of == PRODUCT:
            return {"field": "product", "op": "is", "value": line.id}
        if line.of == NO_PRODUCT:
            return {"field": "product", "op": "is_empty"}
        if line.of == CATEGORY and line.id:
            return {"field": "product.category", "op": "any_of", "value": list(line.beneath)}
        if line.of == NO_CATEGORY or (line.of == OTHERS and not self.shelf):
            where = [some, {"field": "product.category", "op": "is_empty"}]
        elif line.of == OTHERS:
            where = [{"field": "product.category", "op": "is", "value": self.shelf}]
        else:
            return {}
        shown = [one.id for one in self.found.lines if one.of == PRODUCT] if line.of == OTHERS else []
        return {"all": [*where, *([some, {"field": "product", "op": "none_of", "value": shown}] if shown else [])]}

    def line(self, line: ProductLine, *, is_total: bool = False) -> dict[str, Any]:
        reader, money = self.question.reader, line.upto(UPWARDS[-1])
        percent = round(money.amount * 100 / self.whole.amount) if self.whole else None
        goes_on = line.of in (CATEGORY, NO_CATEGORY) and not is_total
        return {
            "name": self._name(line, is_total=is_total),
            "is_category": goes_on,
            "url": self.url(category=_said(line.id)) if goes_on else "",
            "cells": [self._cell(line, one) for one in UPWARDS],
            "share": "" if percent is None else reader.percent(percent),
            "reached": min(max(percent or 0, 0), 100),
        }

    def _name(self, line: ProductLine, *, is_total: bool) -> str:
        if is_total and line.id is None:
            return _("All products")
        words = {
            NO_CATEGORY: _("Without a category"),
            NO_PRODUCT: _("Lines without a product"),
            NO_LINES: _("Deals without lines"),
            OTHERS: _("Other products"),
        }
        return words.get(line.of, line.name)

    def _cell(self, line: ProductLine, category: str) -> dict[str, Any]:
        return cell_of(self.question, line, category, lambda some: self.deals_url(some, line))

    def figures(self) -> list[dict[str, Any]]:
        """The strip above the table; of all products with the number of deals."""
        total = self.found.total
        return [
            self._cell(total, one)
            | {"note": self.question.deals(sum(total.counts.get(c, 0) for c in upto(one))) if total.id is None else ""}
            for one in UPWARDS
        ]
