"""What might suit a customer, beside their timeline, and on a deal or a quote with a button that adds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Denied, Missing
from kizuna.base.ui.finding import find, find_with_past, may
from kizuna.base.ui.middleware import toast
from kizuna.base.ui.shown import ShownRecord
from kizuna.customers.catalog.queries.names import names_in
from kizuna.intelligence.prediction import queries
from kizuna.intelligence.prediction.models import Affinity
from kizuna.intelligence.prediction.queries import Suggested


def placeholder(shown: ShownRecord) -> dict[str, Any] | None:
    """The panel, asked for when it is seen; None for who may not see what people buy."""
    if not queries.may_see(shown.actor):
        return None
    return {
        "id": "suggestions",
        "icon": "bulb",
        "title": _("Could suit them too"),
        "lazy_url": f"{shown.url}/suggestions",
    }


@login_required
@require_GET
def panel(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    _check(request, resource)
    return _drawn(request, resource, find_with_past(resource, _actor(request), record_id))


@login_required
@require_POST
def add(request: HttpRequest, resource: Resource, record_id: int, product_id: int) -> HttpResponse:
    """Put one of a suggested product into the lines of a deal or quote, at the price of the day."""
    _check(request, resource)
    actor, record = _actor(request), find(resource, _actor(request), record_id)
    product = registry.get("product").visible_to(actor).filter(pk=product_id).first()
    if product is None or not _can_add(resource):
        raise Missing()
    if not may(actor, resource, record, "update"):
        raise Denied()
    assert resource.lines is not None
    values = {resource.lines.field.name: record.pk, "product": product.pk}
    records.create(actor=actor, resource=resource.lines.resource, values=values)
    text = _("%(title)s added.") % {"title": product.name}
    return toast(_drawn(request, resource, record), text, also="kizuna:changed")


def _actor(request: HttpRequest) -> Any:
    return request.user


def _check(request: HttpRequest, resource: Resource) -> None:
    if resource.key not in queries.KINDS or not queries.may_see(_actor(request)):
        raise Missing()


def _can_add(resource: Resource) -> bool:
    return resource.lines is not None and "product" in resource.lines.resource.fields


def _drawn(request: HttpRequest, resource: Resource, record: Record) -> HttpResponse:
    actor = _actor(request)
    url = f"{resource.record_url(record.pk)}/suggestions"
    is_open = resource.lines is not None and resource.lines.when(record) and not getattr(record, "is_deleted", False)
    can_add = is_open and _can_add(resource) and may(actor, resource, record, "update")
    is_unpriced = _can_add(resource) and "price" in registry.get("product").readable_fields(actor)
    reader, found, rows = Reader.of(actor), queries.suggestions(actor, record), []
    named = {pk for one in found for pk in (one.product.pk, one.because.pk)}
    names = names_in(reader.language, named, actor=actor) if named else {}
    for one in found:
        lacks_price = is_unpriced and one.price is None
        add_url = f"{url}/{one.product.pk}" if can_add and not lacks_price else ""
        rows.append(_row(one, names, reader, add_url) | {"lacks_price": lacks_price})
    return render(request, "prediction/suggestions.html", {"url": url, "rows": rows})


def _row(one: Suggested, names: Mapping[int, str], reader: Reader, add_url: str) -> dict[str, Any]:
    product = registry.get("product")
    return {
        "name": names.get(one.product.pk, one.product.name),
        "url": product.record_url(one.product.pk),
        "amount": product.fields["price"].to_text(one.price, reader) if one.price else "",
        "reason": _reason(one, names, reader),
        "add_url": add_url,
    }


def _reason(one: Suggested, names: Mapping[int, str], reader: Reader) -> str:
    """Why it is suggested, with the counts behind it."""
    if one.kind == Affinity.Kind.ORDER:
        words = ngettext(
            "Bought together with %(product)s: in %(both)s of %(bought)s order",
            "Bought together with %(product)s: in %(both)s of %(bought)s orders",
            one.bought,
        )
    else:
        words = ngettext(
            "%(both)s of %(bought)s customer with %(product)s has it too",
            "%(both)s of %(bought)s customers with %(product)s have it too",
            one.bought,
        )
    because = names.get(one.because.pk, one.because.name)
    return words % {"product": because, "both": reader.number(one.both), "bought": reader.number(one.bought)}
