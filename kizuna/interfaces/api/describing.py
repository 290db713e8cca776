"""What there is to ask for and what the caller may do with it: resources, fields, operators, actions."""

from __future__ import annotations

from typing import Any

from kizuna.base import conditions
from kizuna.base.access import policy, realms
from kizuna.base.access.models import Scope
from kizuna.base.access.parts import goes_by
from kizuna.base.access.permissions import Reach
from kizuna.base.conditions.operators import Operator
from kizuna.base.layouts import queries as layouts
from kizuna.base.resources import registry
from kizuna.base.resources.actions import Action
from kizuna.base.resources.fields import Choice, Field, Relation
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.schema import ResourceSchema

Described = dict[str, Any]


def usable(actor: Any) -> list[Resource]:
    """The resources with which the actor may do anything at all."""
    return [resource for resource in registry.all_resources() if scopes(resource, actor)]


def scopes(resource: Resource, actor: Any) -> dict[str, str]:
    """How far each operation and action reaches for the actor: own, team or all, own and team also with the territories
    that they work in; what they may not do is left out."""
    permissions = policy.permissions_of(actor)
    names = [*resource.operations, *(action.name for action in resource.actions)]
    found = {name: permissions.reach(resource.key, name) for name in names}
    if policy.sees_all(actor, resource.model):
        found["read"] = Reach(Scope.ALL)
    return {name: _reach(resource, reach) for name, reach in found.items() if reach.scope > Scope.NONE}


def _reach(resource: Resource, reach: Reach) -> str:
    """As "team", or "own+territory" for what also reaches by territories."""
    model = goes_by(resource.model)
    known = (realms.find(key) for key in sorted(reach.realms) if reach.scope < Scope.ALL)
    return "+".join([reach.scope.name.lower(), *(one.key for one in known if one and one.has(model))])


def brief(resource: Resource, actor: Any) -> Described:
    return {
        "key": resource.key,
        "plural": resource.plural,
        "label": str(resource.label),
        "plural_label": str(resource.plural_label),
        "title": resource.title,
        "operations": scopes(resource, actor),
    }


def full(resource: Resource, actor: Any) -> Described:
    """Also the fields that the actor may read, with the questions that may be asked about them, and the actions."""
    schema = ResourceSchema(resource, actor)
    writable = resource.writable_fields(actor)
    needed = layouts.needed(resource, actor)
    return brief(resource, actor) | {
        "fields": [
            _field(schema, field, field.name in writable, field.name in needed)
            for field in resource.readable_fields(actor).values()
        ],
        "related": [
            {"name": related.name, "label": str(related.label), "measures": _measures()}
            for related in schema.all_related()
        ],
        "actions": [_action(action) for action in resource.actions if action.name in scopes(resource, actor)],
    }


def _field(schema: ResourceSchema, field: Field, is_writable: bool, is_needed: bool) -> Described:
    asked = schema.field(field.name)
    return _plain(field) | {
        "required": field.required or is_needed,
        "writable": is_writable,
        "sortable": field.sort_path is not None,
        "operators": [_operator(each) for each in conditions.operators_for(asked.kind, target=asked.target)]
        if asked
        else [],
    }


def _plain(field: Field) -> Described:
    """What fields and arguments of actions have in common."""
    described: Described = {
        "name": field.name,
        "label": str(field.label),
        "kind": field.kind,
        "required": field.required,
        "help": str(field.help or ""),
    }
    if isinstance(field, Choice):
        described["choices"] = [{"value": value, "label": str(label)} for value, label in field.choices]
    if isinstance(field, Relation):
        described["target"] = field.target_key
        if field.among:
            described["filter"] = field.among
    return described


def _operator(operator: Operator) -> Described:
    return {
        "name": operator.name,
        "label": str(operator.label),
        "values": operator.arity,
        "input": operator.input,
    }


def _measures() -> list[str]:
    return [measure.name for measure in conditions.MEASURES]


def _action(action: Action) -> Described:
    return {
        "name": action.name,
        "label": str(action.label),
        "description": action.description,
        "confirm": str(action.confirm),
        "arguments": [_plain(param.field) for param in action.params],
    }
