"""How leads are captured, as the document tells of it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kizuna.customers.consent.models import Source
from kizuna.customers.contacts.models import channels
from kizuna.interfaces.api.openapi import schemas
from kizuna.interfaces.api.openapi.responses import WRITING, of_problems, ok
from kizuna.interfaces.api.openapi.schemas import Schema, of_object

TEXT: Schema = {"type": "string"}


def paths() -> dict[str, Schema]:
    said = of_object(
        {
            "purpose": TEXT | {"examples": ["marketing"]},
            "channel": {"enum": [code for code, _label in channels.choices()]},
            "state": {"enum": ["granted", "withdrawn"]},
            "source": {"enum": list(Source.values)},
            "wording": {"anyOf": [schemas.integer(), {"type": "null"}]},
        },
        required=["purpose", "channel"],
        is_closed=True,
    )
    given: Schema = {
        "lead": schemas.ref("LeadInput"),
        "consents": {"type": "array", "maxItems": 20, "items": said},
        "key": TEXT | {"maxLength": 200, "description": _("What you know the enquiry by: told twice, it is one.")},
        "happened_at": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
    }
    answer = {"id": schemas.integer(), "is_new": {"type": "boolean"}, "enquiry_id": schemas.integer()}
    heard = {"notices": {"type": "array", "items": {"type": "string"}}}
    shown = of_object(answer | heard, required=list(answer))
    summary = _("Take in somebody who asks")
    example = {
        "lead": {"family_name": "青葉", "emails": ["yoko@aoba.example"], "message": "Two sofas, please."},
        "consents": [{"purpose": "marketing", "channel": "email"}],
        "key": "form:77",
    }
    body = of_object(given, required=["lead"], is_closed=True)
    joined = _("The enquiry joined an open lead of the same person, or was told before.")
    operation = {
        "operationId": "capture_lead",
        "tags": ["leads"],
        "summary": summary,
        "requestBody": {"required": True, "content": {"application/json": {"schema": body, "example": example}}},
        "responses": ok(shown, joined) | ok(shown, summary, status=201) | of_problems(*WRITING),
    }
    return {"/leads/capture": {"post": operation}}
