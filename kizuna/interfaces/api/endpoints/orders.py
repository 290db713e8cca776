"""Orders from shop systems: the same order sent twice is stored once and answered alike."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kizuna.base.resources import registry
from kizuna.base.types.errors import Invalid, Missing
from kizuna.customers.orders import services
from kizuna.customers.orders.services import Verdict
from kizuna.customers.orders.services.intake import MOST
from kizuna.interfaces.api import incoming
from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.representations import respond


@api.post("/{str:plural}/intake")
def intake(request: HttpRequest, plural: str) -> HttpResponse:
    """Store one order, or up to 500 as {"orders": [...]}, each with lines and, if it is known, customer and payment.

    An order is known by its channel and `external_id`. Of many each has its own verdict; the answer is 200 even where
    some could not be stored. One alone is answered with its problem.
    """
    if plural != registry.get("order").plural:
        raise Missing()
    actor: Any = request.auth  # type: ignore[attr-defined]
    sent = incoming.body(request)
    if "orders" not in sent:
        (verdict,) = services.take_in(actor=actor, entries=[sent])
        if verdict.order is None:
            raise Invalid(verdict.errors)
        return respond(_told(verdict))
    entries = sent["orders"]
    if not isinstance(entries, list) or not 1 <= len(entries) <= MOST:
        raise Invalid({"orders": [_("Give between 1 and %(most)s orders.") % {"most": MOST}]})
    return respond({"orders": [_told(verdict) for verdict in services.take_in(actor=actor, entries=entries)]})


def _told(verdict: Verdict) -> dict[str, Any]:
    """The same for an order that was stored now and for one that was here."""
    found: dict[str, Any] = {"channel": verdict.channel, "external_id": verdict.external_id}
    if verdict.order is None:
        errors = {path: [str(word) for word in words] for path, words in verdict.errors.items()}
        return found | {"is_stored": False, "errors": errors}
    order = verdict.order
    told = {"id": order.pk, "number": order.number, "status": order.status}
    return found | {"is_stored": True, "order": told | {"total": order.total.to_json() if order.total else None}}
