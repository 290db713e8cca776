"""Orders from shop systems: the same order sent twice is stored once and answered alike. What a customer bought."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kizuna.base.resources import registry
from kizuna.base.types.errors import Invalid, Missing
from kizuna.customers.orders import queries, services
from kizuna.customers.orders.models import Order
from kizuna.customers.orders.policies import may_see_tastes
from kizuna.customers.orders.services import Verdict
from kizuna.customers.orders.services.intake import MOST
from kizuna.interfaces.api import incoming
from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.representations import respond

BUYERS = ("contact", "company", "household")


@api.post("/{str:plural}/intake")
def intake(request: HttpRequest, plural: str) -> HttpResponse:
    """Store one order, or up to 500 as {"orders": [...]}, each with lines and, if it is known, customer and payment.

    An order is known by its channel and `external_id`; one that is here stays as it is, and the answer says what
    differs. Of many each has its own verdict; the answer is 200 even where
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


@api.get("/{str:plural}/{int:record_id}/purchases")
def purchases_of_customer(request: HttpRequest, plural: str, record_id: int) -> HttpResponse:
    """What a contact, company or household bought in all, which sizes they keep, and what they like."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    resource = registry.by_plural(plural)
    if resource.key not in BUYERS or not may_see_tastes(actor):
        raise Missing()
    record = resource.visible_to(actor).filter(pk=record_id).first()
    if record is None:
        raise Missing()
    rows = Order.objects.visible_to(actor).filter(queries.buyers(resource.key, record.pk))
    found = queries.purchases_of(rows)
    lines = queries.lines_bought(actor, resource.key, record.pk)
    tastes = queries.tastes_of(lines, queries.preferences_of(actor, resource.key, record.pk))
    return respond({
        "orders": found.count,
        "spent": [money.to_json() for money in found.spent],
        "last_ordered_at": found.last.isoformat() if found.last else None,
        "sizes": [_size(one, of) for of in tastes.sizes for one in of.sizes],
        "favourites": [_favourite(one) for kind in tastes.favourites.values() for one in kind],
    })  # fmt: skip


def _size(one: queries.Size, of: queries.Sizes) -> dict[str, Any]:
    return {
        "category": {"id": of.category_id, "title": of.category} if of.category_id else None,
        "size": one.words,
        "bought": plain(one.bought),
        "kept": plain(one.kept),
        "fits": one.fits,
        "is_noted": one.noted is not None,
    }


def _favourite(one: queries.Favourite) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "id": one.record_id,
        "title": one.words,
        "times": one.times,
        "kept": plain(one.kept),
        "is_noted": one.noted is not None,
    }


def plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _told(verdict: Verdict) -> dict[str, Any]:
    """The same for an order that was stored now and for one that was here, but for what of it is stored otherwise."""
    found: dict[str, Any] = {"channel": verdict.channel, "external_id": verdict.external_id}
    if verdict.order is None:
        errors = {path: [str(word) for word in words] for path, words in verdict.errors.items()}
        return found | {"is_stored": False, "errors": errors}
    order = verdict.order
    told = {"id": order.pk, "number": order.number, "status": order.status}
    total = order.total.to_json() if order.total else None
    return found | {"is_stored": True, "differs": list(verdict.differs), "order": told | {"total": total}}
