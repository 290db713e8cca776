"""Fields and kinds of records that administrators added, as the document tells of them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kizuna.base.records.custom.definitions import LONGEST_HELP, LONGEST_LABEL
from kizuna.base.records.custom.kinds import ICONS
from kizuna.base.records.models import CustomField
from kizuna.base.resources import registry
from kizuna.base.resources.groups import GROUPS
from kizuna.interfaces.api.openapi import schemas
from kizuna.interfaces.api.openapi.paths import id_parameter, if_match, query
from kizuna.interfaces.api.openapi.responses import READING, WRITING, changed_meanwhile, of_problems, ok
from kizuna.interfaces.api.openapi.schemas import Schema, of_object, ref

TAG = "settings"
TEXT: Schema = {"type": "string"}
FIELD, OBJECT = "CustomField", "CustomObject"


def components() -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    for name, parts, kept in ((FIELD, _of_field(), _kept_of_field()), (OBJECT, _of_object(), _kept_of_object())):
        removed = {"anyOf": [TEXT | {"format": "date-time"}, {"type": "null"}]}
        read = {"id": schemas.integer(), "version": schemas.integer(), **kept, **parts, "removed_at": removed}
        found[name] = of_object(read, required=list(read))
        found[f"{name}Changes"] = of_object(parts, is_closed=True)
    field = {"resource": TEXT, "kind": {"enum": list(CustomField.Kind.values)}, "name": TEXT, **_of_field()}
    found[f"{FIELD}Input"] = of_object(field, required=["resource", "kind", "labels"], is_closed=True)
    made = {"name": TEXT, **_of_object()}
    return found | {f"{OBJECT}Input": of_object(made, required=["labels", "plural_labels"], is_closed=True)}


def _words(longest: int) -> Schema:
    one = TEXT | {"maxLength": longest}
    by_language = {"type": "object", "properties": dict.fromkeys(("", "en", "ja", "ko"), one)}
    words = _("Words in any language, or by language; under “” those for any other.")
    return {"anyOf": [by_language | {"additionalProperties": False}, one], "description": words}


def _kept_of_field() -> Schema:
    return {"resource": TEXT, "name": TEXT, "kind": {"enum": list(CustomField.Kind.values)}}


def _of_field() -> Schema:
    words = _("What the kind needs: choices, target, places, currency, default, expression.")
    return {
        "labels": _words(LONGEST_LABEL),
        "help": _words(LONGEST_HELP),
        "settings": {"type": "object", "description": words},
        "required": {"type": "boolean"},
        "section": TEXT | {"maxLength": LONGEST_LABEL},
    }


def _kept_of_object() -> Schema:
    return {"key": TEXT, "plural": TEXT}


def _of_object() -> Schema:
    labels = dict.fromkeys(("labels", "plural_labels", "name_labels"), _words(LONGEST_LABEL))
    return labels | {"purpose": _words(LONGEST_HELP), "icon": {"enum": list(ICONS)}, "group": {"enum": list(GROUPS)}}


def paths() -> dict[str, Schema]:
    plurals = [resource.plural for resource in registry.all_resources()]
    of_kind = [query("resource", {"enum": plurals}, _("Only the fields of this kind of record."))]
    choices = {"choices": ["Oak", "Ash"]}
    field = {"resource": "tasks", "kind": "choice", "labels": {"": "Wood", "ja": "木"}, "settings": choices}
    made = {"labels": {"": "Showroom visit"}, "plural_labels": {"": "Showroom visits"}, "icon": "armchair"}
    nouns = {FIELD: (_("custom field"), "fields", field, of_kind), OBJECT: (_("kind of record"), "objects", made, [])}
    found: dict[str, Schema] = {}
    for name, (noun, plural, example, parameters) in nouns.items():
        one = plural[:-1]
        found[f"/{plural}"] = {"get": _walk(name, plural, noun, parameters), "post": _create(name, one, noun, example)}
        found[f"/{plural}/{{id}}"] = {
            "get": _operation(f"get_{one}", _("Read: %(noun)s") % {"noun": noun}, _answers(name), 404),
            "patch": _update(name, one, noun),
            "delete": _remove(name, one, noun),
        }
        bring_back = _("Restore: %(noun)s") % {"noun": noun}
        found[f"/{plural}/{{id}}/restore"] = {"post": _operation(f"restore_{one}", bring_back, _answers(name), 404)}
    return found


def _operation(name: str, summary: str, answers: Schema, *more: int) -> Schema:
    responses = answers | of_problems(*READING, *more)
    found = {"operationId": name, "tags": [TAG], "summary": summary, "responses": responses}
    return found | ({"parameters": [id_parameter()]} if more else {})


def _answers(name: str, status: int = 200, *headers: str) -> Schema:
    return ok(ref(name), _("What is defined."), status=status, headers=("ETag", *headers))


def _body(name: str, example: Schema) -> Schema:
    return {"required": True, "content": {"application/json": {"schema": ref(name), "example": example}}}


def _walk(name: str, plural: str, noun: str, parameters: list[Schema]) -> Schema:
    items = of_object({"items": {"type": "array", "items": ref(name)}}, required=["items"])
    summary = _("List: %(noun)s") % {"noun": noun}
    return _operation(f"list_{plural}", summary, ok(items, summary)) | {"parameters": parameters}


def _create(name: str, one: str, noun: str, example: Schema) -> Schema:
    summary = _("Create: %(noun)s") % {"noun": noun}
    found = _operation(f"create_{one}", summary, {})
    answers = _answers(name, 201, "Location") | of_problems(*WRITING)
    return found | {"responses": answers, "requestBody": _body(f"{name}Input", example)}


def _update(name: str, one: str, noun: str) -> Schema:
    found = _operation(f"update_{one}", _("Change: %(noun)s") % {"noun": noun}, {}, 404)
    answers = _answers(name) | of_problems(*WRITING, 404) | changed_meanwhile(ref(name))
    body = _body(f"{name}Changes", {"labels": {"": "Timber"}})
    return found | {"responses": answers, "parameters": [id_parameter(), if_match()], "requestBody": body}


def _remove(name: str, one: str, noun: str) -> Schema:
    found = _operation(f"delete_{one}", _("Remove: %(noun)s") % {"noun": noun}, {}, 404)
    gone = {"204": {"description": _("It is removed; what it holds is kept.")}}
    answers = gone | of_problems(*READING, 404) | changed_meanwhile(ref(name))
    return found | {"responses": answers, "parameters": [id_parameter(), if_match()]}
