"""What a customer pays for a product, as the document tells of it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kizuna.base.resources.fields.numbers import MONEY_SCHEMA
from kizuna.interfaces.api.openapi import schemas
from kizuna.interfaces.api.openapi.paths import id_parameter, query
from kizuna.interfaces.api.openapi.responses import READING, of_problems, ok
from kizuna.interfaces.api.openapi.schemas import Schema, of_object
from kizuna.interfaces.api.paging import LARGEST_ID

NO_TEXT: Schema = {"anyOf": [{"type": "string"}, {"type": "null"}]}
NO_MONEY: Schema = {"anyOf": [MONEY_SCHEMA, {"type": "null"}]}


def paths() -> dict[str, Schema]:
    book = of_object({"id": schemas.integer(), "title": {"type": "string"}}, required=["id", "title"])
    answer = {
        "price": NO_MONEY | {"description": _("Of one unit; null where there is none in this currency.")},
        "includes_tax": {"type": "boolean"},
        "from_quantity": NO_TEXT,
        "book": {"anyOf": [book, {"type": "null"}], "description": _("Null for the list price.")},
        "listed": NO_MONEY | {"description": _("The list price, where it was converted.")},
        "tax_percent": NO_TEXT,
        "is_sold": {"type": "boolean"},
    }
    number = schemas.integer(1, LARGEST_ID)
    parameters = [
        id_parameter(),
        query("currency", {"type": "string", "pattern": "^[A-Z]{3}$"}, _("That of the list price, if not given.")),
        query("quantity", {"type": "string", "examples": ["10"]}, _("1, if not given.")),
        query("company", number, _("The company that buys.")),
        query("contact", number, _("The person who buys, for their company if they have one.")),
        query("country", {"type": "string", "examples": ["JP"]}, _("Where it is taxed.")),
        query("on", {"type": "string", "format": "date"}, _("Today, if not given.")),
    ]
    summary = _("What does a customer pay for this product?")
    responses = ok(of_object(answer, required=list(answer)), summary) | of_problems(*READING, 404)
    operation = {"operationId": "price_of_product", "tags": ["products"], "summary": summary}
    return {"/products/{id}/price": {"get": operation | {"parameters": parameters, "responses": responses}}}
