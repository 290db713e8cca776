"""What could suit a customer, as the document tells of it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kizuna.base.resources import registry
from kizuna.intelligence.prediction import queries
from kizuna.intelligence.prediction.models import Affinity
from kizuna.interfaces.api.endpoints.prediction import MOST
from kizuna.interfaces.api.openapi import schemas
from kizuna.interfaces.api.openapi.catalog import NO_MONEY
from kizuna.interfaces.api.openapi.paths import id_parameter, query
from kizuna.interfaces.api.openapi.responses import READING, of_problems, ok
from kizuna.interfaces.api.openapi.schemas import Schema, of_object


def paths() -> dict[str, Schema]:
    product = of_object({"id": schemas.integer(), "title": {"type": "string"}}, required=["id", "title"])
    item: Schema = {
        "product": product,
        "because": product | {"description": _("What they have, and speaks for it.")},
        "kind": {"enum": list(Affinity.Kind.values)},
        "both": {"type": "integer", "description": _("Orders or customers with both.")},
        "bought": {"type": "integer", "description": _("Orders or customers with what speaks for it.")},
        "price": NO_MONEY
        | {"description": _("Of one unit, as a line of the deal or quote; of a customer the list price.")},
    }
    items = {"type": "array", "items": of_object(item, required=list(item))}
    summary = _("What could suit them?")
    limit = query("limit", schemas.integer(1, MOST) | {"default": queries.MOST}, _("How many at most."))
    responses = ok(of_object({"items": items}, required=["items"]), summary) | of_problems(*READING, 404)
    return {
        f"/{registry.get(key).plural}/{{id}}/suggestions": {
            "get": {
                "operationId": f"suggestions_for_{key}",
                "tags": [registry.get(key).plural],
                "summary": summary,
                "parameters": [id_parameter(), limit],
                "responses": responses,
            }
        }
        for key in queries.KINDS
        if registry.find(key)
    }
