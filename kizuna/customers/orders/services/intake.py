"""Orders from shop systems: one or many at once, each stored once however often it comes, each with its own verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.errors import Malformed, Problem
from kizuna.customers.orders.models import Order, OrderLine, Payment, Shipment, ShipmentLine
from kizuna.customers.orders.queries.sums import lines_of
from kizuna.customers.orders.services.buyers import find_or_make
from kizuna.customers.orders.services.goods import keep_shipments
from kizuna.customers.orders.services.placing import place_orders
from kizuna.customers.orders.services.reading import Read, read, shelves_of
from kizuna.customers.orders.services.sums import being_placed

MOST = 500
"""Orders in one call."""
HIDDEN = _("An order with this number is here, and you may not see it.")


@dataclass
class Verdict:
    """What became of one order: stored now or before (`order`, the same answer each time), or why not (`errors`).
    `differs` names what is stored otherwise than it was told."""

    external_id: str
    channel: str
    order: Order | None = None
    differs: Sequence[str] = ()
    errors: Mapping[str, Any] = field(default_factory=dict)


def take_in(*, actor: Any, entries: Sequence[Any]) -> list[Verdict]:
    """Store orders as a shop system tells them (docs/guide/orders.md). An order that is here already, by its channel
    and the number that the shop gave it, is left as it is, and the verdict says what differs; of one that the actor may
    not see it says no more than that. Customers are found by e-mail address, then by telephone number, else made.
    Raises Denied."""
    for key in ("order", "orderline", "payment"):
        policy.check(actor, "create", registry.get(key).model)
    shelves = shelves_of(actor, entries)
    verdicts, fresh = [], []
    for entry in entries:
        told = entry if isinstance(entry, dict) else {}
        verdict = Verdict(str(told.get("external_id") or "")[:80], str(told.get("channel") or "")[:40])
        verdicts.append(verdict)
        try:
            fresh.append((verdict, read(entry, shelves, actor)))
        except Problem as problem:
            verdict.errors = problem.errors or {"": [problem.message]}
    _give_known(actor, fresh)
    _store(actor, _once([pair for pair in fresh if pair[0].order is None and not pair[0].errors]))
    _give_known(actor, [pair for pair in fresh if pair[0].order is None and not pair[0].errors])
    return verdicts


def _once(pairs: list[tuple[Verdict, Read]]) -> list[tuple[Verdict, Read]]:
    """The first of those that are one order."""
    found: dict[tuple[int, str], tuple[Verdict, Read]] = {}
    for verdict, order in pairs:
        found.setdefault(order.key, (verdict, order))
    return list(found.values())


def _give_known(actor: Any, pairs: Sequence[tuple[Verdict, Read]]) -> None:
    """Those that are stored, to who sees them: one query, and one each for who does and for their lines."""
    if not pairs:
        return
    asked = Q(pk__in=())
    by_channel: dict[int, list[str]] = {}
    for _verdict, order in pairs:
        by_channel.setdefault(order.channel.pk, []).append(order.external_id)
    for channel_id, external_ids in by_channel.items():
        asked |= Q(channel=channel_id, external_id__in=external_ids)
    known = {(order.channel_id, order.external_id): order for order in Order.objects.filter(asked)}
    pks = [order.pk for order in known.values()]
    seen = set(Order.objects.visible_to(actor).filter(pk__in=pks).values_list("pk", flat=True)) if pks else ()
    lines = lines_of([order for order in known.values() if order.pk in seen])
    for verdict, told in pairs:
        stored = known.get(told.key)
        if stored and stored.pk not in seen:
            verdict.errors = {"external_id": [HIDDEN]}
        elif stored:
            verdict.order = stored
            verdict.differs = told.differing(stored, lines[stored.pk])


def _store(actor: Any, pairs: Sequence[tuple[Verdict, Read]]) -> None:
    """All at once; where one of them is in the way of the others, each by itself."""
    if not pairs:
        return
    try:
        orders = _store_all(actor, [order for _verdict, order in pairs])
    except (Problem, Malformed, IntegrityError) as problem:
        if len(pairs) > 1:
            for pair in pairs:
                _store(actor, [pair])
        elif not isinstance(problem, IntegrityError):
            pairs[0][0].errors = getattr(problem, "errors", None) or {"": [problem.message]}
        # of two that came at the same moment, the other was stored: `_give_known` finds it
    else:
        for (verdict, _order), order in zip(pairs, orders, strict=True):
            verdict.order = order


@transaction.atomic
def _store_all(actor: Any, told: Sequence[Read]) -> list[Order]:
    buyers = find_or_make(actor, [order.customer for order in told])
    drafts = [order.draft(contact_id) for order, contact_id in zip(told, buyers, strict=True)]
    orders = place_orders(actor=actor, drafts=drafts)
    _ship(actor, [order for order, one in zip(orders, told, strict=True) if one.is_shipped])
    _keep_payments(actor, [(order, one) for order, one in zip(orders, told, strict=True) if one.is_paid])
    return orders


def _ship(actor: Any, orders: Sequence[Order]) -> None:
    """Goods that the customer has: their lines say so already."""
    if not orders:
        return
    shipments = {
        order.pk: Shipment(order=order, shipped_at=order.ordered_at, owner_id=order.owner_id) for order in orders
    }
    lines = OrderLine.objects.filter(order__in=shipments).only("pk", "order_id", "quantity")
    keep_shipments(
        actor=actor,
        shipments=list(shipments.values()),
        lines=[ShipmentLine(shipment=shipments[line.order_id], line=line, quantity=line.quantity) for line in lines],
    )


def _keep_payments(actor: Any, pairs: Sequence[tuple[Order, Read]]) -> None:
    """Their orders say already what is paid. What costs nothing is not paid."""
    payments = [
        Payment(
            order=order, amount=order.paid, method=one.method, paid_at=order.ordered_at, owner_id=order.owner_id
        )
        for order, one in pairs
        if order.paid
    ]  # fmt: skip
    if payments:
        with being_placed():
            records.create_many(actor=actor, resource=registry.get("payment"), records=payments)
