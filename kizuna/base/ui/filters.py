"""Filter chips and the filter builder: a list's condition in words, and what it may be made of."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kizuna.base import conditions
from kizuna.base.conditions.schema import ConditionField
from kizuna.base.resources import registry
from kizuna.base.ui.listing import Listing


def chips(listing: Listing) -> list[dict[str, Any]]:
    """One chip per top-level part of the condition, each with the URL of the list without it."""
    if not listing.tree:
        return []
    found = conditions.describe(listing.tree, listing.schema, listing.actor)
    return [
        {
            "field": chip.label or _("Group"),
            "operator": chip.operator,
            "value": chip.value or chip.error,
            "remove_url": listing.url(filter=conditions.dump(conditions.without(listing.tree, chip.pointer))),
        }
        for chip in found
    ]


def builder(listing: Listing) -> dict[str, Any]:
    """What `ui/parts/filter_builder.html` needs: the fields with their operators, and the tree being edited."""
    return {
        "fields": [_described(condition) for condition in listing.schema.fields()],
        "related": [
            {
                "name": related.name,
                "label": str(related.label),
                "fields": [_described(asked) for asked in related.schema().fields()],
            }
            for related in listing.schema.all_related()
        ],
        "tree": listing.tree,
        "action": listing.resource.list_url,
        "state": {name: value for name, value in listing.asked.items() if name not in ("filter", "cursor")},
    }


def _described(condition: ConditionField) -> dict[str, Any]:
    operators = [
        {"name": operator.name, "label": str(operator.label), "arity": operator.arity, "input": operator.input}
        for operator in conditions.operators_for(condition.kind)
    ]
    options = condition.options()
    return {
        "name": condition.name,
        "label": str(condition.label),
        "kind": condition.kind,
        "operators": operators,
        "choices": [[value, str(label)] for value, label in options or ()],
        "target_url": f"/{registry.get(condition.target).plural}/pick" if condition.target else "",
    }
