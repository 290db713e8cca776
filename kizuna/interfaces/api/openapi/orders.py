"""Orders from shop systems, as the document tells of them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kizuna.base.resources import registry
from kizuna.base.resources.fields.numbers import MONEY_SCHEMA
from kizuna.customers.orders.models import Order, Payment, Preference
from kizuna.interfaces.api.endpoints.orders import BUYERS
from kizuna.interfaces.api.openapi import schemas
from kizuna.interfaces.api.openapi.paths import id_parameter
from kizuna.interfaces.api.openapi.responses import READING, WRITING, of_problems, ok
from kizuna.interfaces.api.openapi.schemas import Schema, of_object

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"anyOf": [{"type": "string", "examples": ["12.50"]}, {"type": "integer"}]}
SHARE: Schema = {"type": "string", "examples": ["10%", "500"]}

EXAMPLE = {
    "orders": [
        {
            "channel": "web",
            "external_id": "S-1001",
            "customer": {"family_name": "山本", "emails": [{"value": "yoko@aoba.example"}]},
            "lines": [{"sku": "CHR-LIN-1", "quantity": 4}, {"words": "Gift wrapping", "unit_price": "300"}],
            "discount": "10%",
            "paid": True,
        }
    ]
}


def paths() -> dict[str, Schema]:
    one = _order()
    many = of_object({"orders": {"type": "array", "items": one, "minItems": 1, "maxItems": 500}}, required=["orders"])
    verdict = _verdict()
    several = of_object({"orders": {"type": "array", "items": verdict}}, required=["orders"])
    summary = _("Store orders of a shop system")
    content: Schema = {"schema": {"anyOf": [one, many]}, "example": EXAMPLE}
    operation = {
        "operationId": "take_in_orders",
        "tags": ["orders"],
        "summary": summary,
        "requestBody": {"required": True, "content": {"application/json": content}},
        "responses": ok({"anyOf": [verdict, several]}, summary) | of_problems(*WRITING),
    }
    return {"/orders/intake": {"post": operation}} | _purchases()


def _purchases() -> dict[str, Schema]:
    named = of_object({"id": schemas.integer(), "title": TEXT}, required=["id", "title"])
    size: Schema = {
        "category": {"anyOf": [named, {"type": "null"}]},
        "size": TEXT,
        "bought": TEXT | {"description": _("Units.")},
        "kept": TEXT | {"description": _("Units that did not come back.")},
        "fits": {"type": "boolean", "description": _("They keep more of it than they send back, or somebody said so.")},
        "is_noted": {"type": "boolean", "description": _("Somebody said so.")},
    }
    favourite: Schema = {
        "kind": {"enum": [kind for kind in Preference.Kind.values if kind != Preference.Kind.SIZE]},
        "id": {"anyOf": [schemas.integer(), {"type": "null"}], "description": _("Of a product or a category.")},
        "title": TEXT,
        "times": {"type": "integer", "description": _("How often it was ordered.")},
        "kept": TEXT | {"description": _("Units that did not come back.")},
        "is_noted": {"type": "boolean", "description": _("Somebody said so.")},
    }
    answer: Schema = {
        "orders": {"type": "integer"},
        "spent": {"type": "array", "items": MONEY_SCHEMA, "description": _("In each currency.")},
        "last_ordered_at": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
        "sizes": {"type": "array", "items": of_object(size, required=list(size))},
        "favourites": {"type": "array", "items": of_object(favourite, required=list(favourite))},
    }
    summary = _("What did they buy, in which sizes, and what do they like?")
    responses = ok(of_object(answer, required=list(answer)), summary) | of_problems(*READING, 404)
    return {
        f"/{registry.get(key).plural}/{{id}}/purchases": {
            "get": {
                "operationId": f"purchases_of_{key}",
                "tags": [registry.get(key).plural],
                "summary": summary,
                "parameters": [id_parameter()],
                "responses": responses,
            }
        }
        for key in BUYERS
    }


def _order() -> Schema:
    order = {
        "channel": TEXT | {"description": _("The code of the sales channel.")},
        "external_id": TEXT | {"description": _("What the shop system calls it: sent twice, it is stored once.")},
        "ordered_at": {"type": "string", "format": "date-time"},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "country": TEXT,
        "customer": {"type": "object", "description": _("Fields of a contact; found by e-mail address, then phone.")},
        "lines": {"type": "array", "items": _line(), "minItems": 1, "maxItems": 200},
        "discount": SHARE,
        "ship_to": TEXT,
        "note": TEXT,
        "paid": {"anyOf": [{"type": "boolean"}, *NUMBER["anyOf"]], "description": _("True: in full.")},
        "method": {"type": "string", "enum": list(Payment.Method.values)},
        "shipped": {"type": "boolean"},
    }
    return of_object(order, required=["channel", "external_id", "lines"])


def _line() -> Schema:
    line = {
        "sku": TEXT | {"description": _("The code of a product.")},
        "words": TEXT | {"description": _("What it is, where it is no product of ours.")},
        "size": TEXT | {"description": _("Of the product, if not given.")},
        "colour": TEXT | {"description": _("Of the product, if not given.")},
        "quantity": NUMBER,
        "unit_price": NUMBER | {"description": _("Of the catalogue, if not given.")},
        "discount": SHARE,
        "tax_percent": NUMBER | {"description": _("Of the catalogue, if not given.")},
    }
    return of_object(line)


def _verdict() -> Schema:
    stored = {
        "id": schemas.integer(),
        "number": TEXT,
        "status": {"type": "string", "enum": list(Order.Status.values)},
        "total": {"anyOf": [MONEY_SCHEMA, {"type": "null"}]},
    }
    verdict = {
        "channel": TEXT,
        "external_id": TEXT,
        "is_stored": {"type": "boolean"},
        "differs": {
            "type": "array",
            "items": TEXT,
            "description": _("What is stored otherwise, where the order was here already: it stays as it is."),
        },
        "order": of_object(stored),
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": TEXT}},
    }
    return of_object(verdict, required=["channel", "external_id", "is_stored"])
