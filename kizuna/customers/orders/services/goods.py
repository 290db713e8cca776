"""Goods of orders: shipped, all that is left or line by line, and taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.events import Touched, publish
from kizuna.base.records import bulk, indexes
from kizuna.base.records.events import RecordsCreated
from kizuna.base.resources import registry
from kizuna.base.resources.actions import action
from kizuna.base.types.errors import Refused
from kizuna.customers.catalog.reckoning import quantity as measured
from kizuna.customers.orders.events import GoodsReturned, OrderShipped
from kizuna.customers.orders.models import Order, OrderLine, Return, ReturnLine, Shipment, ShipmentLine
from kizuna.customers.orders.queries import is_anything_kept
from kizuna.customers.orders.services.sums import reckon_orders


@action(
    label=_("Ship"),
    done=_("Shipment recorded."),
    icon="truck-delivery",
    when=lambda order: order.status in (Order.Status.OPEN, Order.Status.PAID),
    asks={"carrier": _("Carrier"), "tracking": _("Tracking number")},
)
def ship_order(*, actor: Any, order: Order, carrier: str = "", tracking: str = "") -> Shipment:
    """Send everything that was not sent yet. Refused where there is nothing, or the order was cancelled."""
    quantities = {line.pk: line.unshipped for line in _lines(order) if line.unshipped}
    return _ship(actor, order, quantities, carrier, tracking)


@action(
    label=_("Ship this line"),
    done=_("Shipment recorded."),
    icon="truck-delivery",
    when=lambda line: line.unshipped > 0,
    asks={"quantity": _("Quantity"), "carrier": _("Carrier"), "tracking": _("Tracking number")},
    part_of="order",
)
def ship_line(*, actor: Any, line: OrderLine, quantity: Decimal, carrier: str = "", tracking: str = "") -> Shipment:
    """Send so many units of one line. Refused for more than are left, or for what is no quantity."""
    policy.check(actor, "ship_order", line.order)
    return _ship(actor, line.order, {line.pk: measured(quantity)}, carrier, tracking)


@action(
    label=_("Take back"),
    done=_("Return recorded."),
    icon="package-import",
    when=lambda order: order.status in (Order.Status.SHIPPED, Order.Status.COMPLETED) and is_anything_kept(order),
    asks={"reason": _("Reason"), "note": _("Note")},
)
def take_back(*, actor: Any, order: Order, reason: Return.Reason, note: str = "") -> Return:
    """Everything that the customer still has comes back. Refused where they have nothing."""
    quantities = {line.pk: line.kept for line in _lines(order) if line.kept}
    return _take_back(actor, order, quantities, reason, note)


@action(
    label=_("Take back"),
    done=_("Return recorded."),
    icon="package-import",
    when=lambda line: line.kept > 0,
    asks={"quantity": _("Quantity"), "reason": _("Reason"), "note": _("Note")},
    part_of="order",
)
def take_back_line(*, actor: Any, line: OrderLine, quantity: Decimal, reason: Return.Reason, note: str = "") -> Return:
    """So many units of one line come back. Refused for more than the customer has, or for what is no
    quantity."""
    policy.check(actor, "take_back", line.order)
    return _take_back(actor, line.order, {line.pk: measured(quantity)}, reason, note)


@transaction.atomic
def _ship(actor: Any, order: Order, quantities: Mapping[int, Decimal], carrier: str, tracking: str) -> Shipment:
    if _locked(order).status == Order.Status.CANCELLED:
        raise Refused(_("This order was cancelled."))
    lines = _held(order, quantities, nothing=_("Everything of this order was shipped already."))
    for line in lines:
        if quantities[line.pk] > line.unshipped:
            raise Refused(_("No more can be shipped than was sold."), field="quantity")
        line.shipped += quantities[line.pk]
    shipment = Shipment(order=order, carrier=carrier, tracking=tracking, owner_id=order.owner_id)
    keep_shipments(
        actor=actor,
        shipments=[shipment],
        lines=[ShipmentLine(shipment=shipment, line=one, quantity=quantities[one.pk]) for one in lines],
    )
    bulk.update(OrderLine, lines, ("shipped",))
    reckon_orders(order_ids=[order.pk])
    publish(OrderShipped(order_id=order.pk, shipment_id=shipment.pk), subjects=[Touched("order", order.pk)])
    return shipment


@transaction.atomic
def _take_back(actor: Any, order: Order, quantities: Mapping[int, Decimal], reason: str, note: str) -> Return:
    _locked(order)
    lines = _held(order, quantities, nothing=_("The customer has nothing of this order."))
    for line in lines:
        if quantities[line.pk] > line.kept:
            raise Refused(_("No more can come back than the customer has."), field="quantity")
        line.returned += quantities[line.pk]
    back = Return(order=order, reason=reason, note=note, owner_id=order.owner_id)
    _keep(actor, [back])
    bulk.insert(ReturnLine, [ReturnLine(back=back, line=one, quantity=quantities[one.pk]) for one in lines])
    bulk.update(OrderLine, lines, ("returned",))
    reckon_orders(order_ids=[order.pk])
    publish(GoodsReturned(order_id=order.pk, return_id=back.pk), subjects=[Touched("order", order.pk)])
    return back


def keep_shipments(*, actor: Any, shipments: Sequence[Shipment], lines: Sequence[ShipmentLine]) -> None:
    """Store what was sent, of lines that say so already."""
    _keep(actor, shipments)
    for line in lines:
        line.shipment_id = line.shipment.pk
    bulk.insert(ShipmentLine, lines)


def _keep(actor: Any, rows: Sequence[Shipment] | Sequence[Return]) -> None:
    """Only verbs write these: what moves has its lines moved, too."""
    resource, now = registry.of(rows[0]), timezone.now()
    for row in rows:
        row.created_at = row.updated_at = now
        row.created_by_id = row.updated_by_id = actor.pk
        row.normalise()
    bulk.insert(resource.model, rows)
    indexes.refresh(resource, rows, is_new=True)
    ids = tuple(row.pk for row in rows)
    owners = sorted({row.owner_id for row in rows if row.owner_id is not None})
    told = RecordsCreated(resource=resource.key, ids=ids, owner_ids=tuple(owners))
    publish(told, subjects=[Touched(resource.key, pk) for pk in ids], by=actor)


def _lines(order: Order) -> list[OrderLine]:
    return list(OrderLine.objects.live().filter(order=order).order_by("position", "pk"))


def _locked(order: Order) -> Order:
    """The order, held before any of its lines: two who wait for each other would wait for ever."""
    return Order.objects.select_for_update(of=("self",)).get(pk=order.pk)


def _held(order: Order, quantities: Mapping[int, Decimal], *, nothing: Any) -> list[OrderLine]:
    """The lines, held until the end of the transaction. Raises Refused where there are none."""
    rows = OrderLine.objects.live().select_for_update(of=("self",)).filter(order=order, pk__in=quantities)
    found = list(rows.order_by("pk"))
    if not found:
        raise Refused(nothing)
    return found
