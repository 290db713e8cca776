"""What a customer bought: a panel beside their timeline, and a page with all of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from kizuna.base import conditions
from kizuna.base.access import policy
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Denied, Missing
from kizuna.base.types.money import Money
from kizuna.base.types.numbers import whole
from kizuna.base.ui.finding import find
from kizuna.base.ui.shown import ShownRecord
from kizuna.customers.orders import queries
from kizuna.customers.orders.models import Order
from kizuna.customers.orders.policies import may_see_purchases, may_see_tastes
from kizuna.customers.orders.queries import Bought, Favourite
from kizuna.customers.orders.views import tastes
from kizuna.customers.orders.views.sales import listed

KEYS = ("contact", "company", "household")
LAST = FAVOURITES = 3
LINES_TELL = ("words", "order", "quantity", "returned", "unit_price", "discount", "total")


def panel(shown: ShownRecord) -> dict[str, Any] | None:
    """How much, how often, when last; the last orders; what they like best."""
    actor, key = shown.actor, shown.resource.key
    permissions = policy.permissions_of(actor)
    if not may_see_purchases(actor):
        return None
    rows = _orders(actor, key, shown.record.pk)
    found = queries.purchases_of(rows)
    last = list(rows.select_related("channel").order_by("-ordered_at", "-pk")[:LAST])
    liked, in_short = _liked(shown)
    is_creatable = key != "household" and not shown.is_deleted and permissions.can("order", "create")
    return {
        "id": "purchases",
        "icon": "shopping-bag",
        "title": _("Purchases"),
        "count": str(found.count) if found.count else "",
        "note": _spent(found.spent, shown.reader),
        "url": f"{shown.url}/purchases" if found.count or liked or in_short else "",
        "add_url": f"/orders/new?{key}={shown.record.pk}" if is_creatable else "",
        "add_label": _("New order"),
        "rows": [_last(order, shown.reader) for order in last] + liked + in_short,
        "more": _("Everything they bought") if found.count else "",
        "nothing": _("Nothing bought yet."),
    }


def _liked(shown: ShownRecord) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The products that they like best, and their sizes and what else they like, in short."""
    actor, key = shown.actor, shown.resource.key
    lines = queries.lines_bought(actor, key, shown.record.pk)
    if not may_see_tastes(actor):
        best = queries.bought_of(lines, most=FAVOURITES, by="times")
        return [_best(one, shown) for one in best], []
    found = queries.tastes_of(lines, queries.preferences_of(actor, key, shown.record.pk), most=FAVOURITES)
    return [_favourite(one, shown) for one in found.favourites["product"]], tastes.in_short(found, shown)


def _orders(actor: Any, key: str, record_id: int) -> QuerySet[Order]:
    return Order.objects.visible_to(actor).filter(queries.buyers(key, record_id))


def _spent(spent: Sequence[Money], reader: Reader) -> str:
    return reader.listed(one.format(reader.language) for one in spent)


def _last(order: Order, reader: Reader) -> dict[str, Any]:
    badge = None
    if order.status in (Order.Status.OPEN, Order.Status.CANCELLED):
        badge = {"text": order.get_status_display(), "tone": "warn" if order.status == Order.Status.OPEN else ""}
    return {
        "name": order.number,
        "url": f"/orders/{order.pk}",
        "detail": reader.listed([reader.moment(order.ordered_at), str(order.channel)]),
        "amount": order.total.format(reader.language) if order.total else "",
        "badge": badge,
    }


def _favourite(one: Favourite, shown: ShownRecord) -> dict[str, Any]:
    often = ngettext("bought once", "bought %(count)s times", one.times) % {"count": one.times}
    badge = {"text": f"× {shown.reader.number(one.kept.normalize())}", "tone": ""} if one.times else None
    is_noted = {"icon": "heart", "text": _("Favourite"), "tone": "info"} if one.noted else None
    detail = often if one.times else ""
    return {"name": one.words, "url": f"/products/{one.record_id}", "detail": detail, "badge": is_noted or badge}


def _best(one: Bought, shown: ShownRecord) -> dict[str, Any]:
    often = ngettext("bought once", "bought %(count)s times", one.times) % {"count": one.times}
    return {
        "name": one.words,
        "url": f"/products/{one.product_id}" if one.product_id else f"{shown.url}/purchases",
        "detail": often,
        "badge": {"text": f"× {shown.reader.number(one.quantity.normalize())}", "tone": ""},
    }


@login_required
@require_GET
def purchases(request: HttpRequest, plural: str, record_id: int) -> HttpResponse:
    """Product by product: how often, how many, how much, when last, where."""
    actor: Any = request.user
    resource = registry.by_plural(plural)
    if resource.key not in KEYS:
        raise Missing()
    if not may_see_purchases(actor):
        raise Denied()
    record = find(resource, actor, record_id)
    if request.headers.get("HX-Request") and _skipped(request):
        return render(request, "orders/purchases.html#rows", _products(request, ShownRecord(resource, record, actor)))
    return drawn(request, resource, record)


def drawn(request: HttpRequest, resource: Resource, record: Record) -> HttpResponse:
    """The page, or what stands on it where htmx asked."""
    actor: Any = request.user
    reader, rows = Reader.of(actor), _orders(actor, resource.key, record.pk)
    found = queries.purchases_of(rows)
    shown = ShownRecord(resource, record, actor)
    context = {
        "tastes": _tastes(shown),
        "title": _("What %(name)s bought") % {"name": shown.title},
        "back": {"url": shown.url, "label": shown.title},
        "count": reader.number(found.count),
        "spent": _spent(found.spent, reader),
        "last": reader.full_moment(found.last) if found.last else "",
        "orders_url": _orders_url(resource.key, record.pk),
        "url": f"{shown.url}/purchases",
        **_products(request, shown),
    }
    part = "#purchases" if request.headers.get("HX-Request") and request.method == "POST" else ""
    return render(request, f"orders/purchases.html{part}", context)


def _skipped(request: HttpRequest) -> int:
    """How many products stand before those that are asked for."""
    return whole(request.GET.get("after", "")) or 0


def _products(request: HttpRequest, shown: ShownRecord) -> dict[str, Any]:
    """A hundred products and the way to the next ones. They are added up anew each time, so skipping costs nothing."""
    by, skip = "times" if request.GET.get("by") == "times" else "last", _skipped(request)
    lines = queries.lines_bought(shown.actor, shown.resource.key, shown.record.pk)
    found = queries.bought_of(lines, skip=skip, most=queries.MOST + 1, by=by)
    shown_now = found[: queries.MOST]
    places = queries.last_channels(lines, shown_now)
    after = urlencode({"by": by, "after": skip + queries.MOST})
    return {
        "rows": [_row(one, place, shown) for one, place in zip(shown_now, places, strict=True)],
        "more_url": f"{shown.url}/purchases?{after}" if len(found) > queries.MOST else "",
        "is_often": by == "times",
    }


def _tastes(shown: ShownRecord) -> dict[str, Any] | None:
    actor, key, pk = shown.actor, shown.resource.key, shown.record.pk
    if not may_see_tastes(actor):
        return None
    found = queries.tastes_of(queries.lines_bought(actor, key, pk), queries.preferences_of(actor, key, pk))
    return tastes.told(found, shown)


def _whose(key: str, record_id: int, prefix: str = "") -> list[dict[str, Any]]:
    """The orders of a customer that were not cancelled, as lists ask for them; `prefix` is the way to the order."""
    return [
        {"field": f"{prefix}{'contact.household' if key == 'household' else key}", "op": "is", "value": record_id},
        {"field": f"{prefix}status", "op": "none_of", "value": [Order.Status.CANCELLED]},
    ]


def _orders_url(key: str, record_id: int) -> str:
    return listed(_whose(key, record_id))


def _lines_url(one: Bought, shown: ShownRecord) -> str:
    """The lines that the figures of a product are made of."""
    product = {"op": "is", "value": one.product_id} if one.product_id else {"op": "is_empty"}
    asked = [
        *_whose(shown.resource.key, shown.record.pk, "order."),
        {"field": "product", **product},
        {"field": "words", "op": "is", "value": one.words},
        {"field": "order.currency", "op": "is", "value": one.spent.currency},
    ]
    return f"/orderlines?{urlencode({'filter': conditions.dump({'all': asked}), 'columns': ','.join(LINES_TELL)})}"


def _row(one: Bought, place: str, shown: ShownRecord) -> dict[str, Any]:
    reader = shown.reader
    return {
        "words": one.words,
        "url": f"/products/{one.product_id}" if one.product_id else "",
        "lines_url": _lines_url(one, shown),
        "times": reader.number(one.times),
        "quantity": reader.number(one.quantity.normalize()),
        "spent": one.spent.format(reader.language),
        "last": reader.moment(one.last),
        "channel": place,
    }
