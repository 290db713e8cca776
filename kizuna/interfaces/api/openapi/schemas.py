"""The shapes of the document: what a record reads and writes, what a page, a condition and a problem look like."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kizuna.base import conditions
from kizuna.base.conditions.operators import MEASURES, OPERATORS
from kizuna.base.duplicates.queries import ALIKE, DIFFERENT, SAME
from kizuna.base.resources.actions import Action
from kizuna.base.resources.fields import Choice, Field, Flag, Number, Points, Relation
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Invalid
from kizuna.interfaces.api.representations import DELETED_AT

Schema = dict[str, Any]

PREFIX = "#/components/schemas/"
LARGEST_ID = 2**63 - 1
EXAMPLE_FIELDS = 6
REFERENCE = {"id": 42, "title": "Aoba Hotel"}
ANYBODY = Reader(actor=None)
POINT_EXAMPLES = {
    "email": "yoko@aoba.example",
    "phone": "+81 3-1234-5678",
    "handle": "@aoba",
    "link": "https://aoba.example",
}


def ref(name: str) -> Schema:
    return {"$ref": f"{PREFIX}{name}"}


def of_object(properties: Schema, *, required: list[str] | None = None, is_closed: bool = False) -> Schema:
    """An object with these properties; a closed one may have no others."""
    schema: Schema = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    if is_closed:
        schema["additionalProperties"] = False
    return schema


def integer(low: int = 1, high: int = LARGEST_ID) -> Schema:
    return {"type": "integer", "minimum": low, "maximum": high}


def _described(schema: Schema, field: Field) -> Schema:
    words = [str(field.label)]
    if field.help:
        words.append(str(field.help))
    if isinstance(field, Relation):
        words.append(_("Refers to one of: %(nouns)s.") % {"nouns": field.target.plural})
        if field.among:
            words.append(_("Only those that this filter finds: %(filter)s") % {"filter": conditions.dump(field.among)})
    return {"description": " · ".join(words)} | schema


def record(resource: Resource) -> Schema:
    """What is read. Only the number is always there: the rest depends on what was asked and what may be seen."""
    properties: Schema = {"id": integer() | {"readOnly": True}}
    if resource.has_trash:
        number = {"type": "integer", "description": _("Grows with every change; also the ETag."), "readOnly": True}
        properties |= {"version": number, "deleted_at": _described(DELETED_AT.json_schema(), DELETED_AT)}
        properties["deleted_at"]["readOnly"] = True
    for name, field in resource.fields.items():
        properties[name] = _described(field.json_schema(), field)
        if not field.editable:
            properties[name]["readOnly"] = True
    return of_object(properties, required=["id"])


def given(resource: Resource, *, is_new: bool) -> Schema:
    """What is written: everything needed to create a record, or any part of it to change one."""
    fields = [field for field in resource.fields.values() if field.editable]
    properties = {field.name: _described(field.input_schema(), field) for field in fields}
    required = [field.name for field in fields if field.required] if is_new else []
    return of_object(properties, required=required, is_closed=True)


def arguments(action: Action) -> Schema:
    properties = {param.name: _described(param.field.input_schema(), param.field) for param in action.params}
    required = [param.name for param in action.params if not param.has_default and param.field.required]
    return of_object(properties, required=required, is_closed=True)


def page(items: Schema, *, goes_back: bool = True) -> Schema:
    marker = {"type": ["string", "null"]}
    properties: Schema = {"items": {"type": "array", "items": items}, "next_cursor": marker}
    if goes_back:
        properties["previous_cursor"] = marker
    return of_object(properties, required=list(properties))


def outcome(shown: Schema) -> Schema:
    """What an action answers."""
    made = of_object({"resource": {"type": "string"}, "id": integer()}, required=["resource", "id"])
    nothing = {"type": "null"}
    properties = {"record": {"anyOf": [shown, nothing]}, "result": {"anyOf": [made, nothing]}}
    return of_object(properties, required=["record", "result"])


def foreseen() -> Schema:
    """What an action would make or fill."""
    one = of_object(
        {
            "resource": {"type": "string"},
            "id": {"anyOf": [integer(), {"type": "null"}]},
            "values": {"type": "object"},
            "links": {
                "type": "array",
                "items": {"type": "string"},
                "description": _("Fields that would lead to a record which is made before this one."),
            },
        },
        required=["resource", "id", "values", "links"],
    )
    return of_object({"items": {"type": "array", "items": one}}, required=["items"])


def entry() -> Schema:
    """One line of a record's history."""
    change = of_object({"before": {}, "after": {}}, required=["before", "after"])
    text = {"type": "string"}
    person = of_object({"id": integer(), "title": {"type": ["string", "null"]}}, required=["id", "title"])
    properties: Schema = {
        "id": integer(),
        "name": text | {"examples": ["records.RecordsUpdated"]},
        "occurred_at": text | {"format": "date-time"},
        "actor": {"anyOf": [person, {"type": "null"}]},
        "via": text | {"examples": ["web", "api"]},
        "address": {"type": ["string", "null"]},
        "changes": {"type": "object", "additionalProperties": change},
    }
    return of_object(properties, required=list(properties))


def condition() -> Schema:
    """A tree: groups of conditions, a question about a field, or one about related records."""
    inner = ref("Condition")
    names = sorted({operator.name for operators in OPERATORS.values() for operator in operators})
    operator = {"enum": names}
    group = {"type": "array", "items": inner}
    text = {"type": "string"}
    question = {"field": text, "op": operator, "value": {}}
    aggregate = {"related": text, "where": inner, "measure": {"enum": [each.name for each in MEASURES]}} | question
    return {
        "anyOf": [
            of_object({"all": group}, required=["all"], is_closed=True),
            of_object({"any": group}, required=["any"], is_closed=True),
            of_object({"not": inner}, required=["not"], is_closed=True),
            of_object(question, required=["field", "op"], is_closed=True),
            of_object(aggregate, required=["related", "measure", "op"], is_closed=True),
            {"type": "object", "maxProperties": 0},
        ],
        "examples": [{"all": [{"field": "updated_at", "op": "in_period", "value": "last_30_days"}]}],
    }


def problem() -> Schema:
    text = {"type": "string"}
    detail = of_object({"pointer": text, "message": text, "parameter": text}, required=["pointer", "message"])
    properties: Schema = {
        "type": text,
        "title": text,
        "status": {"type": "integer"},
        "detail": text,
        "code": text,
        "errors": {"type": "array", "items": detail},
    }
    return of_object(properties, required=list(properties))


def stale(shown: Schema) -> Schema:
    """The problem of a version that is no longer current; it brings the record as it now is."""
    return {"allOf": [ref("Problem"), of_object({"current": shown}, required=["current"])]}


def candidates(record: Schema) -> Schema:
    """Records that another one may be."""
    reason: Schema = {"field": {"type": "string"}, "how": {"enum": [SAME, ALIKE, DIFFERENT]}}
    candidate: Schema = {
        "record": record,
        "certainty": {"type": "number", "minimum": 0, "maximum": 1},
        "is_likely": {"type": "boolean", "description": _("More likely than not.")},
        "reasons": {"type": "array", "items": of_object(reason, required=list(reason))},
    }
    return {"type": "array", "items": of_object(candidate, required=list(candidate))}


def duplicate(record: Schema) -> Schema:
    """The problem of a record that may be here already; it brings those that it may be."""
    return {"allOf": [ref("Problem"), of_object({"duplicates": candidates(record)}, required=["duplicates"])]}


# ── examples ──


def examples(resource: Resource) -> tuple[Schema, Schema]:
    """A believable body, and the record that it makes: what is needed, what the form begins with, what lists show."""
    names = [field.name for field in resource.fields.values() if field.required]
    names += [*resource.form_sections[0].fields[:3], *resource.match_keys, *resource.columns]
    given: Schema = {}
    shown: Schema = {"id": 42} | ({"version": 3} if resource.has_trash else {})
    for field in [resource.fields[name] for name in dict.fromkeys(names) if resource.fields[name].editable]:
        value = example_of(field)
        if isinstance(field, Relation):
            if field.required:
                given[field.name], shown[field.name] = value, REFERENCE
            continue
        try:
            read = field.to_json(field.parse(value, ANYBODY))
        except Invalid:  # a kind of text with a form of its own
            continue
        if len(given) < EXAMPLE_FIELDS:
            given[field.name], shown[field.name] = value, read
    return given, shown


def example_of(field: Field) -> Any:
    told = [field.json_schema(), *field.json_schema().get("anyOf", ())]
    given = next((part["examples"][0] for part in told if "examples" in part), None)
    if isinstance(field, Choice):
        if given is not None:  # what there is to choose are rows, which come and go
            return given
        return next((value for value, _label in field.choices if value not in ("", None)), "")
    if isinstance(field, Points):
        value = POINT_EXAMPLES.get(field.point_kind)
        parts = {"value": value} if value else {"country": "JP", "postal_code": "150-0001", "line1": "神宮前1-2-3"}
        return [parts | {"label": "other"}]
    if isinstance(field, Flag):
        return True
    if isinstance(field, Relation):
        return 42
    if isinstance(field, Number) and not field.places:
        return 1
    return str(field.label) if given is None else given


# ── names ──


_DATA = {"example", "examples", "default", "enum"}
"""Keywords under which stands data, which may look like a schema."""


def hoisted(schema: Any, named: dict[str, Schema]) -> Any:
    """The schema with every part that has a title put into `named`, once, and referred to instead."""
    if isinstance(schema, list):
        return [hoisted(part, named) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: part if key in _DATA else hoisted(part, named) for key, part in schema.items()}
    title = found.get("title")
    if not isinstance(title, str) or "type" not in found:
        return found
    named.setdefault(title, {key: part for key, part in found.items() if key != "title"})
    return ref(title)
