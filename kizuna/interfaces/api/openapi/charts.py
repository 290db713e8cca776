"""Charts, as the document tells of them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kizuna.base.resources.fields.numbers import MONEY_SCHEMA
from kizuna.base.resources.grouping import SPANS, WAYS, divides, measurable
from kizuna.interfaces.api import addresses
from kizuna.interfaces.api.listing import LONGEST_SEARCH
from kizuna.interfaces.api.openapi import schemas
from kizuna.interfaces.api.openapi.paths import Operations, query, view_parameter
from kizuna.interfaces.api.openapi.responses import READING, of_problems, ok
from kizuna.interfaces.api.openapi.schemas import Schema, of_object, ref

TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}


def paths_of(of: Operations) -> dict[str, Schema]:
    """The figures of a kind of record, where something divides it."""
    fields = of.resource.fields.values()
    names = [field.name for field in fields if divides(field)]
    if not addresses.offered(of.resource, addresses.CHART):
        return {}
    measures = ["count", *(f"{way}:{field.name}" for field in fields if measurable(field) for way in WAYS)]
    tree = {"schema": ref("Condition")}
    operation = of.operation(
        f"get_chart_of_{of.resource.plural}",
        _("Gather in groups: %(many)s"),
        _("All that match, the largest groups told apart. The filter of a figure finds exactly its records."),
        parameters=[
            query("by", {"enum": names}, _("The field that gathers them.")),
            query("split", {"enum": names}, _("A second field that divides each group.")),
            query("span", {"enum": list(SPANS), "default": "month"}, _("Of days and moments.")),
            query("measure", {"enum": measures, "default": "count"}, _("What is told of each group.")),
            {"name": "filter", "in": "query", "description": _("A condition."), "content": {"application/json": tree}},
            query("search", TEXT | {"maxLength": LONGEST_SEARCH}, _("Words, as in the search box.")),
            view_parameter(),
        ],
        responses=ok(_answer(), _("The figures.")) | of_problems(*READING),
    )
    return {of.path(addresses.CHART): {"get": operation}}


def _answer() -> Schema:
    value = {"anyOf": [schemas.integer(), TEXT, MONEY_SCHEMA, {"type": "null"}]}
    nothing = {"type": ["string", "null"]}
    item = {"label": TEXT, "part": nothing, "count": COUNT, "value": value, "filter": ref("Condition")}
    figures = {"type": "array", "items": of_object(item, required=list(item))}
    shape = {
        "by": TEXT, "span": nothing, "split": nothing, "measure": TEXT, "items": figures, "others": COUNT,
        "left_out": COUNT,
    }  # fmt: skip
    return of_object(shape, required=list(shape))
