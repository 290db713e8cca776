"""A saved view as a panel: its first rows, or its chart, and the way to all of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from kizuna.base.conditions import InvalidCondition
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.saved_views import queries
from kizuna.base.saved_views.models import SavedView
from kizuna.base.types.errors import Missing, Problem
from kizuna.base.types.numbers import whole
from kizuna.base.ui import chart_parts, list_charts
from kizuna.base.ui.home import Panel
from kizuna.base.ui.listing import CHART, Listing
from kizuna.base.ui.tabs import url_of

ROWS, FURTHER = 6, 2
MOST_OFFERED = 60


def find(actor: Any, rest: str) -> Panel | None:
    """The panel of the view with this number; None where it is gone, or not shared with this person."""
    pk = whole(rest)
    if pk is None:
        return None
    try:
        view = queries.find(actor, pk)
    except Missing:
        return None
    return _panel(view)


def offer(actor: Any) -> Sequence[Panel]:
    """The views that this person sees, newest first: one query."""
    return [_panel(view) for view in queries.visible(actor).order_by("-pk")[:MOST_OFFERED]]


def _panel(view: SavedView) -> Panel:
    noun = registry.get(view.resource).plural_label
    return Panel(
        f"view-{view.pk}", view.name, _("A saved view: %(nouns)s") % {"nouns": noun}, "web/panels/view.html",
        partial(drawn if view.kind == CHART else first_rows, view=view), budget=8, kinds=(view.resource,), is_lazy=True,
        is_private=view.is_private,
    )  # fmt: skip


def drawn(actor: Any, *, view: SavedView) -> dict[str, Any]:
    """The chart that a view keeps; where it can no longer be drawn, why."""
    resource = registry.get(view.resource)
    head = {"url": url_of(resource.list_url, view), "link": _("Open"), "rows": []}
    try:
        chart = list_charts.of(Listing(resource, actor, {"view": str(view.pk)}, saved_views=[view]))
        if chart is None or not chart.is_known:
            return head | {"nothing": _("This chart asks for a field that was removed, or that you may not see.")}
        figures = chart_parts.figures(chart)
    except (Problem, InvalidCondition) as problem:
        return head | {"nothing": str(problem.message)}
    if figures["is_empty"]:
        return head | {"nothing": _("Nothing matches this view.")}
    return head | {"figures": figures}


def first_rows(actor: Any, *, view: SavedView) -> dict[str, Any]:
    """The first rows as the list has them; where its condition can no longer be asked, why."""
    resource = registry.get(view.resource)
    head = {"url": url_of(resource.list_url, view), "link": _("Open")}
    try:
        listing = Listing(resource, actor, {"view": str(view.pk)}, saved_views=[view])
        columns = listing.columns[: 1 + FURTHER]
        listing.columns = columns  # the others are not read
        page = listing.table.page(size=ROWS)
    except (Problem, InvalidCondition) as problem:
        return head | {"rows": [], "nothing": str(problem.message)}
    reader = Reader.of(actor)
    rows = []
    for row in page.rows:
        cells = [field.cell(value, reader) for field, value in zip(columns, row.values, strict=True)]
        title = cells[0]
        details = [cell.get("text") or reader.listed(tag["text"] for tag in cell.get("tags", [])) for cell in cells[1:]]
        rows.append(
            {
                "name": title.get("text") or f"#{row.id}",
                "lang": title.get("lang", ""),
                "url": resource.record_url(row.id),
                "detail": reader.listed(detail for detail in details if detail),
                "icon": resource.icon,
            }
        )
    return head | {"rows": rows, "nothing": _("Nothing matches this view.")}
