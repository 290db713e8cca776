"""When people are busy, and the answer to an invitation, as the document tells of them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kizuna.customers.timeline import services
from kizuna.interfaces.api.endpoints.busy import LONGEST_MEETING, SHORTEST_MEETING
from kizuna.interfaces.api.openapi import schemas
from kizuna.interfaces.api.openapi.paths import PLAIN_LIST, id_parameter, query
from kizuna.interfaces.api.openapi.responses import READING, WRITING, of_problems, ok
from kizuna.interfaces.api.openapi.schemas import Schema, of_object

TAG = "meetings"
MOMENT: Schema = {"type": "string", "format": "date-time"}


def paths() -> dict[str, Schema]:
    meeting = of_object({"id": schemas.integer(), "title": {"type": "string"}}, required=["id", "title"])
    span = {"start": MOMENT, "end": MOMENT}
    busy = span | {
        "maybe": {"type": "boolean", "description": _("They have not said yes.")},
        "meeting": {"anyOf": [meeting, {"type": "null"}], "description": _("Null where you do not see it.")},
    }
    times = {"type": "array", "items": of_object(busy, required=list(busy))}
    person = {"id": schemas.integer(), "name": {"type": "string"}, "busy": times}
    answer = {
        "people": {"type": "array", "items": of_object(person, required=list(person))},
        "free": {"type": "array", "items": of_object(span, required=list(span))},
    }
    ids = {"type": "array", "items": schemas.integer(), "maxItems": 50}
    parameters = [
        query("people", ids, _("Colleagues by number; yourself where nobody is named.")) | PLAIN_LIST,
        query("from", MOMENT, _("Now, if not given.")),
        query("to", MOMENT, _("At most two months later; two weeks, if not given.")),
        query("minutes", schemas.integer(SHORTEST_MEETING, LONGEST_MEETING), _("Find times for such a meeting.")),
    ]
    summary = _("When people are busy, and when all of them are free")
    responses = ok(of_object(answer, required=list(answer)), summary) | of_problems(*READING)
    operation = {"operationId": "list_busy", "tags": [TAG], "summary": summary}
    listed = operation | {"parameters": parameters, "responses": responses}
    return {"/busy": {"get": listed}, "/meetings/{id}/answer": {"post": _answer()}}


def _answer() -> Schema:
    status: Schema = {"type": "string", "enum": sorted(services.ANSWERS)}
    kept = {"meeting": schemas.integer(), "status": status, "answered_at": MOMENT}
    summary = _("Say whether you come to a meeting to which you are asked")
    body = of_object({"status": status}, required=["status"], is_closed=True)
    return {
        "operationId": "answer_meeting",
        "tags": [TAG],
        "summary": summary,
        "parameters": [id_parameter()],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": body, "example": {"status": "accepted"}}},
        },
        "responses": ok(of_object(kept, required=list(kept)), summary) | of_problems(*WRITING, 404),
    }
