"""Whether somebody may be contacted, and the suppression list, as the document tells of them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kizuna.customers.consent.models import Reason, channels
from kizuna.customers.consent.queries import Why
from kizuna.interfaces.api.openapi import schemas
from kizuna.interfaces.api.openapi.paths import id_parameter, query
from kizuna.interfaces.api.openapi.responses import READING, WRITING, of_problems, ok
from kizuna.interfaces.api.openapi.schemas import Schema, of_object

TEXT: Schema = {"type": "string"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
NO_MOMENT: Schema = {"anyOf": [MOMENT, {"type": "null"}]}


def paths() -> dict[str, Schema]:
    entry = {
        "id": schemas.integer(), "channel": TEXT, "reason": TEXT, "note": TEXT, "created_at": MOMENT,
        "lifted_at": NO_MOMENT,
    }  # fmt: skip
    shown = of_object(entry, required=list(entry))
    summary = _("Put an address on the suppression list")
    given: Schema = {
        "channel": {"enum": [code for code, _label in channels.suppressible()]},
        "address": TEXT,
        "reason": {"enum": list(Reason.values)},
        "note": TEXT,
    }
    body = of_object(given, required=["channel", "address", "reason"], is_closed=True)
    example = {"channel": "email", "address": "yoko@aoba.example", "reason": "complaint"}
    posted = {
        "operationId": "suppress",
        "tags": ["suppressions"],
        "summary": summary,
        "requestBody": {"required": True, "content": {"application/json": {"schema": body, "example": example}}},
        "responses": ok(shown, summary, status=201) | of_problems(*WRITING),
    }
    return {"/contacts/{id}/may-contact": {"get": _may_contact()}, "/suppress": {"post": posted}}


def _may_contact() -> Schema:
    reason = of_object({"code": {"enum": list(Why.values)}, "text": TEXT}, required=["code", "text"])
    answer = {
        "allowed": {"type": "boolean"},
        "reasons": {"type": "array", "items": reason},
        "next_at": NO_MOMENT | {"description": _("From when on, where only time stands in the way.")},
        "label": TEXT | {"description": _("What the subject of advertising has to begin with.")},
    }
    codes = [code for code, _label in channels.choices()]
    summary = _("May this contact be contacted now, and why not?")
    return {
        "operationId": "may_contact",
        "tags": ["contacts"],
        "summary": summary,
        "parameters": [
            id_parameter(),
            query("channel", {"enum": codes}, _("The channel.")) | {"required": True},
            query("purpose", TEXT, _("The code of a purpose.")) | {"required": True},
        ],
        "responses": ok(of_object(answer, required=list(answer)), summary) | of_problems(*READING, 404),
    }
