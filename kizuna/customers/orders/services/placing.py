"""Orders are placed: one by one from pages and quotes, many at once by shop systems."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import Any

from django.db import transaction
from django.db.models import F, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Touched, publish
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.actions import action
from kizuna.base.resources.lines import GAP
from kizuna.base.types.errors import Invalid, Refused
from kizuna.base.types.money import Money
from kizuna.base.types.refs import RecordRef
from kizuna.customers.catalog import queries as catalog
from kizuna.customers.catalog.models import Product
from kizuna.customers.catalog.reckoning import Discount, Rules, Tax
from kizuna.customers.orders.events import OrderCancelled, OrdersPlaced
from kizuna.customers.orders.models import Order, OrderLine, SalesChannel
from kizuna.customers.orders.services.sums import being_placed, take_numbers, tell_figures


@dataclass(frozen=True)
class Sold:
    """A line of an order to be. Without `unit_price` the catalogue says it, as of the day, and the tax with it."""

    quantity: Decimal
    product: Product | None = None
    words: str = ""
    unit_price: Money | None = None
    discount: Discount | None = None
    tax_percent: Decimal | None = None
    shipped: bool = False
    size: str = ""
    colour: str = ""
    tax: Tax | None = None
    """The tax with its name, where it was agreed."""


@dataclass(frozen=True)
class Draft:
    """An order to be. What is not said is taken from its channel. With `rules` it is reckoned as it was agreed, and no
    tax is looked up."""

    channel: SalesChannel
    lines: Sequence[Sold]
    contact_id: int | None = None
    company_id: int | None = None
    owner_id: int | None = None
    ordered_at: dt.datetime = field(default_factory=timezone.now)
    external_id: str = ""
    currency: str = ""
    country: str = ""
    discount: Discount | None = None
    ship_to: str = ""
    note: str = ""
    origin: RecordRef | None = None
    rules: Rules | None = None
    is_paid: bool = False
    paid: Money | None = None
    """So much of it when it is paid in part. Who places it stores the payment, while it is `being_placed`."""


def place_order(*, actor: Any, draft: Draft) -> Order:
    """One order with its lines. Raises Denied, Invalid for lines without a price, Refused for what does not add up."""
    (order,) = place_orders(actor=actor, drafts=[draft])
    order.refresh_from_db()
    return order


@transaction.atomic
def place_orders(*, actor: Any, drafts: Sequence[Draft]) -> list[Order]:
    """Orders with their lines, all or none: a few statements for all of them."""
    numbers = take_numbers(len(drafts))
    orders = [_begun(actor, draft, number) for draft, number in zip(drafts, numbers, strict=True)]
    lines = [_lines(order, draft) for order, draft in zip(orders, drafts, strict=True)]
    complete_lines(
        [line for of_order, draft in zip(lines, drafts, strict=True) for line in of_order if _lacks(line, draft)]
    )
    for order, of_order, draft in zip(orders, lines, drafts, strict=True):
        tell_figures(order, of_order, is_paid=draft.is_paid, paid=draft.paid)
    records.create_many(actor=actor, resource=registry.get("order"), records=orders)
    ids = tuple(order.pk for order in orders)
    for line in chain.from_iterable(lines):
        line.order_id = line.order.pk
    with being_placed():
        records.create_many(actor=actor, resource=registry.get("orderline"), records=list(chain.from_iterable(lines)))
    publish(OrdersPlaced(order_ids=ids), subjects=[Touched("order", pk) for pk in ids])
    return orders


def _begun(actor: Any, draft: Draft, number: str) -> Order:
    order = Order(
        number=number, channel=draft.channel, contact_id=draft.contact_id, company_id=draft.company_id,
        owner_id=draft.owner_id or actor.pk, ordered_at=draft.ordered_at, external_id=draft.external_id,
        currency=draft.currency, country=draft.country, ship_to=draft.ship_to, note=draft.note,
    )  # fmt: skip
    if draft.origin:
        order.origin_resource, order.origin_id = draft.origin.resource, draft.origin.id
    order.begin()
    if draft.rules:
        order.includes_tax, order.is_tax_per_line = draft.rules.includes_tax, draft.rules.is_per_line
        order.rounding = draft.rules.rounding
    if draft.discount:
        order.discount_percent = draft.discount.percent
        order.discount_amount = draft.discount.amount.amount if draft.discount.amount else None
    return order


def _lines(order: Order, draft: Draft) -> list[OrderLine]:
    return [_line(order, sold, place) for place, sold in enumerate(draft.lines, 1)]


def _lacks(line: OrderLine, draft: Draft) -> bool:
    """Whether a line takes its price or tax, or the name of its tax, from the catalogue."""
    return line.unit_price is None or not (line.tax_title or draft.rules)


def _line(order: Order, sold: Sold, place: int) -> OrderLine:
    line = OrderLine(
        order=order, product=sold.product, words=sold.words, size=sold.size, colour=sold.colour,
        quantity=sold.quantity, unit_price=sold.unit_price, tax_percent=sold.tax_percent, position=place * GAP,
        owner_id=order.owner_id, shipped=sold.quantity if sold.shipped else 0,
    )  # fmt: skip
    line.take_words()
    if sold.tax:
        line.tax_percent, line.tax_title = sold.tax.percent, sold.tax.title
        line.is_reduced = sold.tax.is_reduced
    if sold.discount:
        line.discount_percent = sold.discount.percent
        line.discount_amount = sold.discount.amount.amount if sold.discount.amount else None
    return line


def complete_order(order: Order) -> None:
    """What a new order takes over from its channel, and its number."""
    if not order.number and order.channel_id:
        order.begin()
        (order.number,) = take_numbers(1)


def complete_line(line: OrderLine) -> None:
    """Words, price and tax of a line from the catalogue, as of the day of the order; what is there stays. Raises
    Invalid for a line that says nothing, or that nobody knows the price of."""
    complete_lines([line])


def complete_lines(lines: Sequence[OrderLine]) -> None:
    """The same for many, of any orders: taxes and prices are asked for once for all of them."""
    for line in lines:
        line.take_words()
    _take_taxes([line for line in lines if not line.tax_title])
    _take_prices([(line, line.product) for line in lines if line.product and line.unit_price is None])
    for line in lines:
        if line.needed_price(line.order.currency).currency != line.order.currency:
            raise Invalid({"unit_price": [_("This order is in %(currency)s.") % {"currency": line.order.currency}]})


def follow_tax(line: OrderLine) -> None:
    """Call the tax of a stored line by its name where somebody gives it another percentage."""
    if catalog.is_tax_given(line):
        line.call_tax(catalog.tax_for(line, country=line.order.country, on=_day(line.order)))


def _take_taxes(lines: Sequence[OrderLine]) -> None:
    if not lines:
        return
    orders = [line.order for line in lines]
    taxes = catalog.taxes_until(countries={order.country for order in orders}, until=max(map(_day, orders)))
    for line in lines:
        line.take_tax(taxes.for_line(line, country=line.order.country, on=_day(line.order)))


def _take_prices(lines: Sequence[tuple[OrderLine, Product]]) -> None:
    """After their taxes: an order may tell with tax what a book or the list tells without."""
    if not lines:
        return
    orders = [line.order for line, _product in lines]
    prefetch_related_objects(orders, "company", "contact__company")
    customers = [catalog.Customer.of(order.company or order.contact) for order in orders]
    shelf = catalog.shelf_of(
        [product for _line, product in lines],
        customers=customers,
        currencies={order.currency for order in orders},
        since=min(map(_day, orders)),
        until=max(map(_day, orders)),
    )
    for (line, product), customer in zip(lines, customers, strict=True):
        wanted, order = {product: line.quantity}, line.order
        found = shelf.prices_of(wanted, customer=customer, currency=order.currency, on=_day(order))
        if quoted := found.get(product.pk):
            line.unit_price = catalog.price_told(quoted, line.tax_percent, includes_tax=order.includes_tax)


def _day(order: Order) -> dt.date:
    return timezone.localdate(order.ordered_at)


@action(
    label=_("Cancel"),
    done=_("Order cancelled."),
    icon="ban",
    when=lambda order: order.is_changeable,
    asks={"why": _("Why?")},
)
def cancel_order(*, actor: Any, order: Order, why: str = "") -> Order:
    """It is not carried out. Refused for what was shipped, or is still paid for."""
    order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if order.status == Order.Status.CANCELLED:
        return order
    if OrderLine.objects.live().filter(order=order, shipped__gt=F("returned")).exists():
        raise Refused(_("Part of this order was shipped: take it back instead."))
    if order.paid:
        raise Refused(_("This order is paid: refund the money first."))
    order.cancelled_at, order.why_cancelled = timezone.now(), why[:200]
    order.status, order.version = Order.Status.CANCELLED, order.version + 1
    order.updated_at, order.updated_by_id = order.cancelled_at, actor.pk
    order.save(update_fields=["cancelled_at", "why_cancelled", "status", "version", "updated_at", "updated_by"])
    publish(OrderCancelled(order_id=order.pk, why=order.why_cancelled), subjects=[Touched("order", order.pk)])
    return order
