"""How good the records are, as the document tells of it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kizuna.interfaces.api.openapi import schemas
from kizuna.interfaces.api.openapi.responses import READING, of_problems, ok
from kizuna.interfaces.api.openapi.schemas import Schema, of_object, ref

TEXT: Schema = {"type": "string"}


def paths() -> dict[str, Schema]:
    count = schemas.integer(0)
    condition = ref("Condition") | {"description": _("Lists these records.")}
    finding = {"code": TEXT, "label": TEXT, "meaning": TEXT, "count": count, "filter": condition}
    part = {"field": TEXT, "label": TEXT, "count": count, "filter_without": condition}
    share = {"type": ["number", "null"], "minimum": 0, "maximum": 100}
    kind = {
        "plural": TEXT,
        "count": count,
        "waiting": count | {"description": _("Records that somebody has to decide about.")},
        "completeness": share | {"description": _("The mean of all records, of a hundred.")},
        "findings": {"type": "array", "items": of_object(finding, required=list(finding))},
        "parts": {"type": "array", "items": of_object(part, required=list(part))},
    }
    moment = {"type": ["string", "null"], "format": "date-time"}
    answer = {
        "as_of": moment | {"description": _("When this was counted; null before the first time.")},
        "kinds": {"type": "array", "items": of_object(kind, required=list(kind))},
    }
    summary = _("How good the records are, in figures")
    responses = ok(of_object(answer, required=list(answer)), summary) | of_problems(*READING)
    return {"/quality": {"get": {"operationId": "get_quality", "summary": summary, "responses": responses}}}
