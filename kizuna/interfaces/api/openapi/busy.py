"""When people are busy, as the document tells of it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kizuna.interfaces.api.endpoints.busy import LONGEST_MEETING, SHORTEST_MEETING
from kizuna.interfaces.api.openapi import schemas
from kizuna.interfaces.api.openapi.paths import PLAIN_LIST, query
from kizuna.interfaces.api.openapi.responses import READING, of_problems, ok
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
    return {"/busy": {"get": operation | {"parameters": parameters, "responses": responses}}}
