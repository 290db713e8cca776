"""Figures as the pages of the forecast show them: the strip above a table, and the cells of its lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kizuna.domains.sales.queries.forecast import Line, upto
from kizuna.domains.sales.queries.worth import OPEN, UPWARDS
from kizuna.domains.sales.views.asked import Question

LABELS = {
    "closed": gettext_lazy("Closed"),
    "commit": gettext_lazy("Commit"),
    "best_case": gettext_lazy("Best case"),
    "pipeline": gettext_lazy("Pipeline"),
}
DealsUrl = Callable[[Sequence[str]], str]
"""The address of the deals of these categories."""


def cell_of(question: Question, line: Line, category: str, url_of: DealsUrl) -> dict[str, Any]:
    """A category with those that are surer; without an address where there is nothing."""
    money = line.upto(category)
    return {
        "label": LABELS[category],
        "value": question.short(money),
        "title": question.exact(money),
        "url": url_of(upto(category)) if money else "",
    }


def target_of(question: Question, line: Line) -> dict[str, Any]:
    """The quota of a line, and how far it is reached."""
    return {
        "quota": question.short(line.quota),
        "quota_title": question.exact(line.quota),
        "attainment": "" if line.attainment is None else question.reader.percent(line.attainment),
        "reached": min(line.attainment or 0, 100),
    }


def strip_of(question: Question, total: Line, url_of: DealsUrl) -> list[dict[str, Any]]:
    """Each category with how many deals it has, the quota, and how often open deals hold what is missing to it."""
    found = [
        cell_of(question, total, one, url_of)
        | {"note": question.deals(sum(total.counts.get(c, 0) for c in upto(one))), "url": url_of(upto(one))}
        for one in UPWARDS
    ]
    reached, covered = total.attainment, total.coverage
    quota = {
        "label": _("Quota"),
        "value": question.short(total.quota),
        "title": question.exact(total.quota),
        "note": _("no quota")
        if reached is None
        else _("%(percent)s reached") % {"percent": question.reader.percent(reached)},
    }
    cover = {
        "label": _("Coverage"),
        "value": question.times(covered),
        "note": _("the rest of the quota"),
        "url": url_of(OPEN) if covered else "",
    }
    return [*found, quota, cover]
