"""Imports, as the document tells of them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kizuna.base.transfer.models import Kept, State
from kizuna.base.transfer.reading import DELIMITERS, ENCODINGS
from kizuna.base.transfer.verdicts import UNUSED, USED, Verdict
from kizuna.interfaces.api import addresses
from kizuna.interfaces.api.endpoints.imports import OPTIONS, TOLD
from kizuna.interfaces.api.openapi import schemas
from kizuna.interfaces.api.openapi.paths import Operations, page_parameters, query
from kizuna.interfaces.api.openapi.responses import READING, WRITING, of_problems, ok
from kizuna.interfaces.api.openapi.schemas import Schema, of_object, ref
from kizuna.interfaces.api.paging import LARGEST_ID

TAG = "imports"
NAME, INPUT, ROW, REJECTED, KEPT = "Import", "ImportInput", "ImportRow", "ImportRejectedRow", "ImportKept"
TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
BYTES: Schema = {"type": "string", "format": "binary"}
NOTHING: Schema = {"type": "null"}
RELATED: Schema = {"type": "object", "additionalProperties": COUNT}
STATE: Schema = {"enum": list(State.values)}
EXAMPLE: Schema = {"mapping": ["family_name", "given_name", "emails:work", None], "options": {"match": ["emails"]}}
_KINDS: dict[Any, Schema] = {
    int | None: schemas.integer(1, LARGEST_ID) | {"type": ["integer", "null"]},
    str: TEXT,
    bool: {"type": "boolean"},
    list: {"type": "array", "items": TEXT},
    dict: {"type": "object", "additionalProperties": TEXT},
}


def components() -> dict[str, Schema]:
    options = {
        name: {"enum": list(kind)} if isinstance(kind, tuple) else _KINDS[kind] for name, kind in OPTIONS.items()
    }
    words = _("The fields by which a row is a record that is here, the first one first; a plus joins several.")
    options["match"] |= {"description": words, "examples": [["emails", "name+birth_on"]]}
    given = {"mapping": _mapping(), "options": of_object(options, is_closed=True)}
    return {
        NAME: _import(),
        INPUT: of_object(given, is_closed=True),
        ROW: _row(),
        REJECTED: _rejected(),
        KEPT: _kept(),
    }


def _import() -> Schema:
    counts = of_object({verdict.value: COUNT for verdict in Verdict}, required=[verdict.value for verdict in Verdict])
    moment = TEXT | {"format": "date-time"}
    shown: Schema = {
        "id": schemas.integer(),
        "resource": TEXT,
        "name": TEXT,
        "state": STATE,
        **dict.fromkeys(("kind", "encoding", "delimiter", "sheet"), TEXT),
        "columns": {"type": "array", "items": TEXT},
        "mapping": _mapping(),
        "options": {"type": "object"},
        "rows": COUNT | {"description": _("About how many there are in the file.")},
        "done": COUNT,
        "counts": counts,
        "partly": COUNT,
        "related": RELATED,
        "error": TEXT,
        "dry_run": {"anyOf": [_dry_run(counts), NOTHING]},
        "undo": {"anyOf": [_undo(), NOTHING]},
        "created_at": moment,
        "finished_at": {"anyOf": [moment, NOTHING]},
    }
    return of_object(shown, required=list(shown))


def _dry_run(counts: Schema) -> Schema:
    tried: Schema = {
        "state": STATE,
        "done": COUNT,
        "counts": counts,
        "partly": COUNT,
        "alike": COUNT | {"description": _("New rows that look like a record that is here already.")},
        "twice": COUNT | {"description": _("New rows that look like an earlier row of the same file.")},
        "asked": {
            "anyOf": [COUNT, NOTHING],
            "description": _("How many new rows were compared with what is here; null until it is known."),
        },
        "related": RELATED,
        "error": TEXT,
    }
    return of_object(tried, required=list(tried))


def _undo() -> Schema:
    counts = ("removed", "restored", "unchanged", "kept")
    undone: Schema = {"state": STATE, **dict.fromkeys(counts, COUNT), "error": TEXT}
    return of_object(undone, required=list(undone))


def _mapping() -> Schema:
    words = _("For each column where it goes: a field, or a part of one such as emails:work; null leaves it out.")
    return {"type": "array", "items": {"anyOf": [TEXT, NOTHING]}, "description": words}


def _row() -> Schema:
    row: Schema = {
        "row": COUNT,
        "verdict": {"enum": list(TOLD)},
        "record_id": {"anyOf": [schemas.integer(), NOTHING]},
        "title": TEXT,
        "changes": {"anyOf": [{"type": "object"}, NOTHING], "description": _("Fields, each as [before, after].")},
        "likeness": {
            "anyOf": [_likeness(), NOTHING],
            "description": _("How certainly a new row is the record with this number, or the earlier row, and why."),
        },
        "reason": TEXT,
    }
    return of_object(row, required=list(row))


def _likeness() -> Schema:
    reason: Schema = {"type": "array", "items": TEXT, "description": _("A field, and how alike: [field, how].")}
    said: Schema = {
        "certainty": {"type": "number", "minimum": 0, "maximum": 1},
        "reasons": {"type": "array", "items": reason},
        "row": COUNT | {"description": _("The earlier row of the file, if it is one that the row looks like.")},
        "title": TEXT,
    }
    return of_object(said, required=["certainty", "reasons"])


def _rejected() -> Schema:
    row: Schema = {
        "row": COUNT,
        "verdict": {"enum": [verdict.value for verdict in (*UNUSED, *USED)]},
        "cells": {"type": "array", "items": TEXT},
        "reason": TEXT,
    }
    return of_object(row, required=list(row))


def _kept() -> Schema:
    kept: Schema = {
        "resource": TEXT,
        "record_id": schemas.integer(),
        "field": TEXT | {"description": _("Empty for a whole record.")},
        "imported": {},
        "now": {},
        "why": {"enum": list(Kept.Why.values)},
    }
    return of_object(kept, required=list(kept))


def paths() -> dict[str, Schema]:
    return {
        "/imports": {
            "get": _operation("list_imports", _("List imports"), _listed(NAME), parameters=page_parameters()),
        },
        **_one("", "get", "get_import", _("Read: how far it is"), _shown()),
        **_one("/dry-run", "post", "try_import", _("Find out what it would do"), _begun(*WRITING), body=INPUT),
        **_one("/start", "post", "start_import", _("Start"), _begun(*WRITING), body=INPUT),
        **_one("/pause", "post", "pause_import", _("Pause"), _shown()),
        **_one("/resume", "post", "resume_import", _("Go on"), _begun(*READING)),
        **_one("/cancel", "post", "cancel_import", _("Stop"), _shown()),
        **_one("/undo", "post", "undo_import", _("Take back"), _begun(*READING)),
    } | _rows()


def _rows() -> dict[str, Schema]:
    verdict = query("verdict", {"enum": list(TOLD), "default": Verdict.CREATE.value}, _("Rows of which this becomes."))
    tried, rejected = _("What would become of each row"), _("Rows to mend")
    kept = _("What stayed when it was taken back")
    return {
        **_one("/dry-run/rows", "get", "list_tried_rows", tried, _listed(ROW, 404), verdict, *page_parameters()),
        **_one("/rejected", "get", "list_rejected_rows", rejected, _listed(REJECTED, 404), *page_parameters()),
        **_one("/undo/kept", "get", "list_kept_values", kept, _listed(KEPT, 404), *page_parameters()),
    }


def _one(
    path: str, method: str, name: str, summary: str, responses: Schema, *parameters: Schema, body: str = ""
) -> dict[str, Schema]:
    """What is done to, or asked of, one import."""
    number = {"name": "import_id", "in": "path", "required": True, "schema": schemas.integer()}
    described = _operation(name, summary, responses, parameters=[number, *parameters])
    if body:
        described["requestBody"] = {
            "required": False,
            "content": {"application/json": {"schema": ref(body), "example": EXAMPLE}},
        }
    return {f"/imports/{{import_id}}{path}": {method: described}}


def _listed(name: str, *problems: int) -> Schema:
    return ok(schemas.page(ref(name), goes_back=False), _("One page.")) | of_problems(*READING, *problems)


def _shown() -> Schema:
    return ok(ref(NAME), _("How far it is.")) | of_problems(*READING, 404)


def _begun(*problems: int) -> Schema:
    return ok(ref(NAME), _("A job does it."), status=202, headers=("Location",)) | of_problems(*problems, 404)


def _operation(name: str, summary: str, responses: Schema, **parts: object) -> Schema:
    return {"operationId": name, "tags": [TAG], "summary": summary, "responses": responses} | parts


def paths_of(of: Operations) -> dict[str, Schema]:
    """The way in from one kind of record."""
    if not addresses.offered(of.resource, addresses.IMPORTS):
        return {}
    form = of_object({"file": BYTES}, required=["file"])
    described = of.operation(
        f"import_{of.resource.plural}",
        _("Give a file to import: %(many)s"),
        _("As a form. Answers how it is understood and where its columns would go; nothing is imported yet."),
        parameters=[
            query("encoding", {"enum": list(ENCODINGS)}, _("If it is known; else it is found out.")),
            query("delimiter", {"enum": list(DELIMITERS)}, _("If it is known; else it is found out.")),
        ],
        requestBody={"required": True, "content": {"multipart/form-data": {"schema": form}}},
        responses=ok(ref(NAME), _("The import."), status=201, headers=("Location",)) | of_problems(*WRITING),
    )
    return {of.path(addresses.IMPORTS): {"post": described}}
