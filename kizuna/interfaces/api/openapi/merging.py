"""Merges, as the document tells of them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kizuna.base.merging.outcome import ALL, Reason
from kizuna.base.merging.queries import MOST
from kizuna.interfaces.api import addresses
from kizuna.interfaces.api.openapi import schemas
from kizuna.interfaces.api.openapi.paths import Operations, id_parameter, page_parameters
from kizuna.interfaces.api.openapi.responses import READING, WRITING, changed_meanwhile, of_problems, ok
from kizuna.interfaces.api.openapi.schemas import Schema, of_object, ref

TAG = "merges"
TEXT: Schema = {"type": "string"}
MOMENT: Schema = TEXT | {"format": "date-time"}
NUMBER: Schema = schemas.integer()


def _perhaps(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def components() -> dict[str, Schema]:
    newcomer = {"key": TEXT, "resource": TEXT, "id": NUMBER}
    came = of_object(newcomer, required=list(newcomer))
    merge: Schema = {
        "id": NUMBER,
        "resource": TEXT,
        "survivor": NUMBER,
        "others": {"type": "array", "items": NUMBER},
        "moved": schemas.integer(0),
        "merged_at": MOMENT,
        "merged_by": _perhaps(NUMBER),
        "undone_at": _perhaps(MOMENT),
        "undone_by": _perhaps(NUMBER),
        "can_be_undone": {"type": "boolean"},
    }
    further = {"type": "array", "items": came, "description": _("What came since, and can be assigned.")}
    result: Schema = {"merge": _perhaps(ref("Merge")), "preview": _perhaps(ref("MergePreview"))}
    return {
        "Merge": of_object(merge | {"newcomers": further}, required=[*merge, "newcomers"]),
        "MergeLine": of_object(merge, required=list(merge)),
        "MergePreview": _preview(),
        "MergeResult": of_object(result, required=list(result)),
        "MergeInput": _input(),
        "UndoMergeInput": _undo_input(),
    }


def _preview() -> Schema:
    line: Schema = {
        "name": TEXT,
        "chosen": {"anyOf": [NUMBER, {"const": ALL}]},
        "reason": {"enum": list(Reason.values)},
        "result": {"type": "object", "description": _("The fields, as they would be.")},
    }
    told: Schema = {
        "label": TEXT,
        "values": {
            "type": "object",
            "additionalProperties": TEXT,
            "description": _("What each has, by its id."),
        },
        "result": TEXT,
        "reason": TEXT,
    }
    preview: Schema = {
        "survivor": NUMBER,
        "others": {"type": "array", "items": NUMBER},
        "versions": {"type": "object", "additionalProperties": NUMBER},
        "lines": {"type": "array", "items": of_object(line, required=list(line))},
        "told": {
            "type": "array",
            "items": of_object(told, required=list(told)),
            "description": _("What has a rule of its own, such as consent, in words: of several the strictest holds."),
        },
        "moving": schemas.integer(0),
    }
    return of_object(preview, required=list(preview))


def _input() -> Schema:
    given: Schema = {
        "others": {"type": "array", "items": NUMBER, "minItems": 1, "maxItems": MOST - 1},
        "choices": {
            "type": "object",
            "additionalProperties": {"anyOf": [NUMBER, {"const": ALL}]},
            "description": _("Whose value stays, by field, where the rule shall not decide; “all” unites a list."),
        },
        "versions": {
            "type": "object",
            "propertyNames": {"pattern": "^[0-9]{1,18}$"},
            "additionalProperties": NUMBER,
            "description": _("The versions that you saw: if one of them is no longer true, the answer is 412."),
        },
        "dry_run": {"type": "boolean", "default": False},
    }
    return of_object(given, required=["others"], is_closed=True)


def _undo_input() -> Schema:
    given: Schema = {
        "assignments": {
            "type": "object",
            "additionalProperties": NUMBER,
            "description": _("To which record each newcomer goes, by its key. The others stay."),
        },
        "put_back": {
            "type": "array",
            "items": TEXT,
            "description": _("Fields that get back what they were although they were changed since."),
        },
    }
    return of_object(given, is_closed=True)


def paths_of(of: Operations) -> dict[str, Schema]:
    """Merging, for what can be merged."""
    if not addresses.offered(of.resource, addresses.MERGE):
        return {}
    example = {"others": [43], "dry_run": True}
    operation = of.operation(
        f"merge_{of.resource.plural}",
        _("Merge other records into this one: %(one)s"),
        _("Their ids lead to it from now on (301), and everything that hangs on them moves."),
        parameters=[id_parameter()],
        requestBody={
            "required": True,
            "content": {"application/json": {"schema": ref("MergeInput"), "example": example}},
        },
        responses=ok(ref("MergeResult"), _("Done, or what would be."))
        | of_problems(*WRITING, 404)
        | changed_meanwhile(ref(of.names.record)),
    )
    return {of.path(addresses.MERGE): {"post": operation}}


def paths() -> dict[str, Schema]:
    page = page_parameters()
    merge = ok(ref("Merge"), _("The merge."))
    body = {"content": {"application/json": {"schema": ref("UndoMergeInput"), "example": {"put_back": ["phones"]}}}}
    return {
        "/merges": {
            "get": {
                "operationId": "list_merges",
                "summary": _("Merges, newest first"),
                "tags": [TAG],
                "parameters": page,
                "responses": ok(schemas.page(ref("MergeLine"), goes_back=False), _("One page."))
                | of_problems(*READING),
            }
        },
        "/merges/{id}": {
            "get": {
                "operationId": "get_merge",
                "summary": _("One merge, and what came since"),
                "tags": [TAG],
                "parameters": [id_parameter()],
                "responses": merge | of_problems(*READING, 404),
            }
        },
        "/merges/{id}/undo": {
            "post": {
                "operationId": "undo_merge",
                "summary": _("Take a merge apart"),
                "tags": [TAG],
                "parameters": [id_parameter()],
                "requestBody": body,
                "responses": merge | of_problems(*WRITING, 404),
            }
        },
    }
