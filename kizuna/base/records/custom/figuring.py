"""Formula fields from their definitions: what they read, in which order they build on each other, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.records.custom.making import said
from kizuna.base.records.models import CustomField
from kizuna.base.resources.fields import Field
from kizuna.base.resources.fields.formulas import FIGURED, Figured, sources_of
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Invalid, fill
from kizuna.base.types.formulas.checking import WORDS, typed
from kizuna.base.types.formulas.columns import Formula
from kizuna.base.types.formulas.nodes import Call, Literal, Name, Node, Type, Wrong, names_in, replaced, walk
from kizuna.base.types.formulas.parsing import check_size, parse
from kizuna.base.types.numbers import whole

KIND = CustomField.Kind.FORMULA
USUAL_PLACES, MOST_PLACES = 2, 6


def fields_of(definitions: Sequence[CustomField], others: Mapping[str, Field]) -> dict[str, Figured]:
    """The fields of those definitions that are formulas over `others` and each other.

    One is away while a field that it needs is away, or no longer fits.
    """
    sources = sources_of(others)
    types = {name: source.type for name, source in sources.items()}
    trees: dict[str, Node] = {}
    found: dict[str, Figured] = {}
    waiting = {one.name: one for one in definitions}
    while waiting:
        ready = [one for one in waiting.values() if not set(names_in(_tree(one))) & waiting.keys()]
        if not ready:  # they need each other
            break
        for one in ready:
            del waiting[one.name]
            try:
                tree = replaced(_tree(one), trees)
                type_ = typed(tree, types)
                check_size(tree)
            except Wrong:
                continue
            if type_ == one.settings["type"]:
                places = one.settings.get("places")
                used = {name: sources[name] for name in names_in(tree)}
                trees[one.name] = _as_shown(tree, type_, places)
                others_read = [name for name in names_in(_tree(one)) if name in found]
                through = {*others_read, *(each for name in others_read for each in found[name].reads)}
                formula = Formula(tree, type_, places, used, one.indexed)
                found[one.name] = _field(one, formula, tuple(sorted(through)))
    return {one.name: found[one.name] for one in definitions if one.name in found}


def _tree(definition: CustomField) -> Node:
    return parse(definition.settings["expression"])


def _as_shown(tree: Node, type_: Type, places: int | None) -> Node:
    """What another formula sees of one: the value with its decimals."""
    if type_ == Type.NUMBER:
        return Call("round", (tree, Literal(Decimal(places or 0))))
    return Call("round", (tree,)) if type_ == Type.MONEY else tree


def _field(definition: CustomField, formula: Formula, through: tuple[str, ...]) -> Figured:
    options: dict[str, Any] = {"number": definition.pk, "formula": formula, "through": through}
    if definition.help:
        options["help"] = said(definition.help)
    if formula.type == Type.NUMBER:
        options["places"] = formula.places or 0
    return FIGURED[formula.type](definition.name, said(definition.labels), **options)


# What an administrator writes -----------------------------------------------------------------------------------------


def understood(definition: CustomField, resource: Resource, raw: Any, before: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a formula. Raises Invalid under "expression" or "places"."""
    given = raw if isinstance(raw, Mapping) else {}
    expression = given.get("expression", before.get("expression"))
    if not isinstance(expression, str) or not expression.strip():
        raise Invalid({"expression": [_("This is needed.")]})
    expression = expression.strip()
    try:
        type_ = _type_of(definition, resource, parse(expression))
    except Wrong as wrong:
        raise Invalid({"expression": [_placed(wrong)]}) from wrong
    if before.get("type", type_) != type_:
        words = {"before": WORDS[Type(before["type"])], "now": WORDS[type_]}
        message = _("This gives %(now)s. So far it was %(before)s, and views and filters rely on it.")
        raise Invalid({"expression": [fill(message, words)]})
    found: dict[str, Any] = {"expression": expression, "type": str(type_)}
    if type_ == Type.NUMBER:
        found["places"] = _places(given.get("places", before.get("places", USUAL_PLACES)))
    return found


def _placed(wrong: Wrong) -> Any:
    return fill(_("At character %(at)d: %(problem)s"), {"at": wrong.at + 1, "problem": wrong.message})


def _type_of(definition: CustomField, resource: Resource, tree: Node) -> Type:
    names = names_in(tree)
    others = {name: field for name, field in resource.fields.items() if name != definition.name}
    formulas = {name: field for name, field in others.items() if isinstance(field, Figured)}
    plain = sources_of({name: field for name, field in others.items() if name not in formulas})
    types = {name: source.type for name, source in plain.items()}
    types |= {name: field.formula.type for name, field in formulas.items()}
    for name in names:
        at = next(node.at for node in walk(tree) if isinstance(node, Name) and node.name == name)
        if name == definition.name or definition.name in _needs(definition.resource, name):
            raise Wrong(_("“%(name)s” needs this formula itself: they would go round in a circle."), at, name=name)
        if name in others and name not in types:
            raise Wrong(_("“%(name)s” is of a kind that formulas cannot read."), at, name=name)
    type_ = typed(tree, types)
    if type_ == Type.MOMENT:
        raise Wrong(_("A formula cannot give a moment. Take its day: date(…)."), 0)
    check_size(replaced(tree, {name: field.formula.tree for name, field in formulas.items()}))
    return type_


def _needs(resource: str, name: str) -> set[str]:
    """Every formula and field that a formula needs, directly or through others."""
    rows = CustomField.objects.filter(resource=resource, kind=KIND, deleted_at__isnull=True)
    trees = {one.name: names_in(_tree(one)) for one in rows}
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for needed in trees.get(waiting.pop(), ()):
            if needed not in found:
                found.add(needed)
                waiting.append(needed)
    return found


def _places(raw: Any) -> int:
    given = whole(str(raw))
    if given is None or given > MOST_PLACES:
        raise Invalid({"places": [fill(_("A whole number from 0 to %(limit)d."), {"limit": MOST_PLACES})]})
    return given
