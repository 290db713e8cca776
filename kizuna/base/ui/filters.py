"""Filter chips and the filter builder: a list's condition in words, and what it may be made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from kizuna.base import conditions
from kizuna.base.conditions.operators import Measure, Operator, operators_for, operators_of_measure
from kizuna.base.conditions.schema import ConditionField
from kizuna.base.resources import registry
from kizuna.base.resources.fields import Condition, Question
from kizuna.base.types import periods
from kizuna.base.types.errors import Invalid
from kizuna.base.types.numbers import wholes
from kizuna.base.ui import controls
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
    """What `ui/parts/filter_builder.html` needs; see the comment at its top."""
    return {
        "action": listing.resource.list_url,
        "clear_url": listing.url(filter=""),
        "state": [(name, value) for name, value in listing.asked.items() if name not in ("filter", "cursor")],
        "schema": _schema(listing),
        "tree": conditions.dump(listing.tree),
    }


def _schema(listing: Listing) -> dict[str, Any]:
    fields = list(listing.schema.fields())
    related = {one.name: (one, list(one.schema().fields())) for one in listing.schema.all_related()}
    return {
        "tree": listing.tree,
        "fields": [_described(field) for field in fields],
        "related": [
            {"name": name, "label": str(one.label), "fields": [_described(field) for field in asked]}
            for name, (one, asked) in related.items()
        ],
        "measures": [_measure(measure) for measure in conditions.MEASURES],
        "periods": _periods(),
        "currencies": list(controls.CURRENCIES),
        "titles": _titles(listing, fields, {name: asked for name, (_one, asked) in related.items()}),
    }


def _asked_in_form(field: Condition, value: Any, actor: Any, raw: Any, shown: Any) -> dict[str, Any]:
    """The builder as the control of a field; none where nobody knows yet of which kind of record is asked."""
    about = (value.about if isinstance(value, Question) else "") or field.about
    if not about:
        return {"schema": None}
    text = shown if isinstance(shown, str) else conditions.dump(shown)
    try:
        return {"value": text, "schema": _schema(Listing(registry.get(about), actor, {"filter": text}))}
    except Invalid:
        return {"value": "", "schema": _schema(Listing(registry.get(about), actor, {}))}


controls.describe(Condition, _asked_in_form)


def _described(condition: ConditionField) -> dict[str, Any]:
    options = condition.options()
    return {
        "name": condition.name,
        "label": str(condition.label),
        "kind": condition.kind,
        "operators": [_operator(one) for one in operators_for(condition.kind, target=condition.target)],
        "choices": [[value, str(label)] for value, label in options or ()],
        "target_url": f"/{registry.get(condition.target).plural}/pick" if condition.target else "",
    }


def _operator(operator: Operator) -> dict[str, str]:
    return {
        "name": operator.name,
        "label": str(operator.label),
        "arity": operator.arity,
        "input": operator.input,
    }


def _measure(measure: Measure) -> dict[str, Any]:
    kinds = measure.kinds or ("number",)
    return {
        "name": measure.name,
        "label": str(measure.label),
        "kinds": list(measure.kinds),
        "operators": {kind: [_operator(one) for one in operators_of_measure(measure.name, kind)] for kind in kinds},
    }


def _periods() -> list[list[str]]:
    """Named periods, then those of as many days as a person types."""
    named = [[name, str(label)] for name, label in periods.LABELS.items()]
    return [*named, ["last_{n}_days", _("The last … days")], ["next_{n}_days", _("The next … days")]]


def _titles(
    listing: Listing, fields: Sequence[ConditionField], related: Mapping[str, Sequence[ConditionField]]
) -> dict[str, dict[str, str]]:
    """Words for the records that the condition names, by field; one query for each field that it uses."""
    asked: dict[str, set[int]] = {}
    _collect(listing.tree, "", asked)
    by_path = {field.name: field for field in fields}
    by_path |= {f"{name}.{field.name}": field for name, inner in related.items() for field in inner}
    found = {}
    for path, ids in asked.items():
        field = by_path.get(path)
        if field and field.titles and ids:
            titles = field.titles(listing.actor, sorted(ids))
            found[path] = {str(key): str(title) for key, title in titles.items()}
    return found


def _collect(tree: Any, prefix: str, asked: dict[str, set[int]]) -> None:
    """The whole numbers that the leaves of a tree compare with, by field; not every one of them is an id."""
    if isinstance(tree, list):
        for part in tree:
            _collect(part, prefix, asked)
    elif isinstance(tree, dict):
        for inner in ("all", "any", "not"):
            _collect(tree.get(inner), prefix, asked)
        if "related" in tree:
            _collect(tree.get("where"), f"{tree['related']}.", asked)
        elif "field" in tree:
            given = tree.get("value")
            numbers = [str(one) for one in (given if isinstance(given, list) else [given])]
            asked.setdefault(f"{prefix}{tree['field']}", set()).update(wholes(numbers))
