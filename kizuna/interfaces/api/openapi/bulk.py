"""Changes of many records, as the document tells of them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kizuna.base.bulk.models import Kind, Operation, State
from kizuna.interfaces.api import addresses
from kizuna.interfaces.api.endpoints.bulk import MOST_IDS, OPERATIONS
from kizuna.interfaces.api.listing import LONGEST_SEARCH
from kizuna.interfaces.api.openapi import schemas
from kizuna.interfaces.api.openapi.paths import Operations, header, page_parameters, query
from kizuna.interfaces.api.openapi.responses import READING, WRITING, of_problems, ok
from kizuna.interfaces.api.openapi.schemas import Schema, of_object, ref
from kizuna.interfaces.api.paging import LARGEST_ID

TAG = "bulk"
NAME, INPUT, ROW = "Bulk", "BulkInput", "BulkRow"
TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}


def components() -> dict[str, Schema]:
    moment = TEXT | {"format": "date-time"}
    person = of_object({"id": schemas.integer(), "title": TEXT}, required=["id", "title"])
    sheet: Schema = {
        "id": schemas.integer(),
        "resource": TEXT,
        "operation": {"enum": list(Operation.values)},
        "action": TEXT,
        "state": {"enum": list(State.values)},
        **dict.fromkeys(("total", "done", "unchanged", "refused"), COUNT),
        "error": TEXT,
        "undoes": {"anyOf": [schemas.integer(), {"type": "null"}], "description": _("The one that it takes back.")},
        "created_by": {"anyOf": [person, {"type": "null"}]},
        "created_at": moment,
        "finished_at": {"anyOf": [moment, {"type": "null"}]},
    }
    row: Schema = {
        "record_id": schemas.integer(),
        "title": {"anyOf": [TEXT, {"type": "null"}]},
        "outcome": {"enum": list(Kind.values)},
        "reason": TEXT,
    }
    return {
        NAME: of_object(sheet, required=list(sheet)),
        INPUT: of_object(_given(), required=["operation"], is_closed=True),
        ROW: of_object(row, required=list(row)),
    }


def _given() -> Schema:
    ids = {"type": "array", "items": schemas.integer(1, LARGEST_ID), "maxItems": MOST_IDS}
    return {
        "operation": {"enum": list(OPERATIONS)},
        "changes": {"type": "object", "description": _("For edit: fields, and for tags {“add”: […]} as well.")},
        "action": TEXT | {"description": _("For act: which.")},
        "arguments": {"type": "object", "description": _("For act: what it asks for.")},
        "ids": ids | {"description": _("These records; or else all that match filter and search.")},
        "filter": ref("Condition"),
        "search": TEXT | {"maxLength": LONGEST_SEARCH},
        "all": {"type": "boolean", "description": _("True stands for every record, where neither narrows it.")},
    }


def paths() -> dict[str, Schema]:
    one = [{"name": "sheet_id", "in": "path", "required": True, "schema": schemas.integer()}]
    page = page_parameters()
    outcome = query("outcome", {"enum": list(Kind.values)}, _("Only records of which this became."))
    listed = ok(schemas.page(ref(NAME), goes_back=False), _("One page.")) | of_problems(*READING)
    rows = ok(schemas.page(ref(ROW), goes_back=False), _("One page.")) | of_problems(*READING, 404)
    shown = ok(ref(NAME), _("How far it is.")) | of_problems(*READING, 404)
    undone = _begun() | of_problems(*READING, 404)
    return {
        "/bulk": {"get": _operation("list_bulk", _("List changes of many records"), listed, parameters=page)},
        "/bulk/{sheet_id}": {"get": _operation("get_bulk", _("Read: how far it is"), shown, parameters=one)},
        "/bulk/{sheet_id}/rows": {
            "get": _operation(
                "list_bulk_rows", _("What became of each record"), rows, parameters=[*one, outcome, *page]
            )
        },
        "/bulk/{sheet_id}/cancel": {"post": _operation("cancel_bulk", _("Stop"), shown, parameters=one)},
        "/bulk/{sheet_id}/undo": {"post": _operation("undo_bulk", _("Take back"), undone, parameters=one)},
    }


def _operation(name: str, summary: str, responses: Schema, **parts: object) -> Schema:
    return {"operationId": name, "tags": [TAG], "summary": summary, "responses": responses} | parts


def _begun() -> Schema:
    return ok(ref(NAME), _("It has begun; a few records are dealt with already."), status=202, headers=("Location",))


def paths_of(of: Operations) -> dict[str, Schema]:
    """The way in from one kind of record."""
    if not addresses.offered(of.resource, addresses.BULK):
        return {}
    example = {"operation": "delete", "filter": {"field": "updated_at", "op": "before", "value": "2020-01-01"}}
    body = {"required": True, "content": {"application/json": {"schema": ref(INPUT), "example": example}}}
    described = of.operation(
        f"bulk_{of.resource.plural}",
        _("Change many at once: %(many)s"),
        _("Each record as far as the caller may. Location leads to how far it is, and to what became of each."),
        parameters=[header("Idempotency-Key", _("Your own key: sent twice, it is done once."), 255)],
        requestBody=body,
        responses=_begun() | of_problems(*WRITING),
    )
    return {of.path(addresses.BULK): {"post": described}}
