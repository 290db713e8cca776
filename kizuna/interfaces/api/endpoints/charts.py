"""Records of a kind gathered by a field: the figures of a chart, each with the condition that finds its records."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kizuna.base import conditions
from kizuna.base.access import policy
from kizuna.base.resources.grouping import COUNT, OTHERS, SPANS
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Denied, Invalid, fill
from kizuna.base.types.money import Money
from kizuna.base.ui.list_charts import ListChart, Part
from kizuna.base.ui.listing import CHART as MODE
from kizuna.base.ui.listing import Listing
from kizuna.interfaces.api import incoming
from kizuna.interfaces.api.addresses import CHART, opened
from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.incoming import Parameters
from kizuna.interfaces.api.listing import LONGEST_SEARCH, VIEWS
from kizuna.interfaces.api.representations import respond

PARAMETERS = ("by", "split", "span", "measure", "filter", "search", "view")


@api.get("/{str:plural}/chart")
def read_chart(request: HttpRequest, plural: str) -> HttpResponse:
    """The groups of all records that match, the largest told apart; see the guide about charts."""
    resource = opened(plural, CHART, "GET")
    actor: Any = request.auth  # type: ignore[attr-defined]
    if not policy.permissions_of(actor).can(resource.key, "read"):
        raise Denied()
    chart = _asked(resource, actor, request)
    groups, parts = chart.groups, chart.parts
    items = [_item(chart, group, part) for group in groups for part in parts if chart.figure(group.key, part.key).count]
    return respond(
        {
            "by": chart.by.field.name,
            "span": chart.span if chart.by.is_time else None,
            "split": chart.split.field.name if chart.split else None,
            "measure": chart.measure_name(chart.measure),
            "items": items,
            "others": chart.gathered.others if any(group.key == OTHERS for group in groups) else 0,
            "left_out": chart.gathered.whole.left_out if chart.measure.is_money else 0,
        }
    )


def _asked(resource: Resource, actor: Any, request: HttpRequest) -> ListChart:
    """Raises InvalidQuery with everything that is wrong."""
    given = Parameters(request.GET, PARAMETERS)
    asked = {"mode": MODE, "view": given.read("view", incoming.one_of(*VIEWS), "all")}
    plain = ListChart(Listing(resource, actor, {"mode": MODE}))
    divides = [field.name for field in plain.offered]
    measures = [COUNT, *(f"{way}:{field.name}" for field in plain.measures for way in ("sum", "average", "min", "max"))]
    asked["by"] = given.read("by", incoming.one_of(*divides)) or ""
    asked["split"] = given.read("split", incoming.one_of(*divides)) or ""
    asked["span"] = given.read("span", incoming.one_of(*SPANS)) or ""
    asked["measure"] = given.read("measure", incoming.one_of(*measures)) or ""
    asked["search"] = given.read("search", _search) or ""
    asked["filter"] = given.read("filter", lambda text: _filter(plain, text)) or ""
    given.check()
    return ListChart(Listing(resource, actor, {name: value for name, value in asked.items() if value}))


def _search(text: str) -> str:
    if len(text) > LONGEST_SEARCH:
        raise Invalid({"": [fill(_("At most %(limit)d characters."), {"limit": LONGEST_SEARCH})]})
    return text


def _filter(chart: ListChart, text: str) -> str:
    listing = chart.listing
    conditions.compile(conditions.parse(text), schema=listing.schema, viewer=listing.actor)
    return text


def _item(chart: ListChart, group: Part, part: Part) -> dict[str, Any]:
    figure = chart.figure(group.key, part.key)
    leaves = [*group.leaves, *part.leaves]
    return {
        "label": group.label,
        "part": part.label or None,
        "count": figure.count,
        "value": _value(chart, chart.value(figure), part),
        "filter": conditions.combine(chart.listing.tree, *leaves),
    }


def _value(chart: ListChart, value: Any, part: Part) -> Any:
    """As fields write them: whole numbers as such, others as text, amounts with their currency."""
    if value is None or isinstance(value, int):
        return value
    if chart.measure.is_money:
        currency = chart.measure.currency or part.label
        if not currency:  # nothing has an amount
            return None
        money = Money.rounded(Decimal(value), currency)
        return {"amount": str(money.amount), "currency": money.currency}
    return f"{round(value, 2).normalize():f}"
