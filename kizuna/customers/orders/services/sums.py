"""The figures of orders: totals of their lines, what is paid, how far they have come; and their numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from kizuna.base.records import bulk
from kizuna.base.types.check_digits import with_check_digit
from kizuna.base.types.errors import Refused
from kizuna.base.types.money import Money
from kizuna.customers.catalog.reckoning import Document, reckon
from kizuna.customers.orders.models import NumberSeries, Order, OrderLine, Payment
from kizuna.customers.orders.queries import documents_of, taken_back

FIRST = 100_000
ZERO = Decimal(0)
OF_LINE = ("total", "total_currency", "charged")
OF_FLOW = ("paid", "paid_currency", "given_back", "given_back_currency", "status")
OF_ORDER = ("total", "total_currency", "tax", "tax_currency", *OF_FLOW)


@transaction.atomic
def take_numbers(count: int) -> list[str]:
    """So many fresh numbers of orders, each with its check digit; given back when the transaction fails."""
    series = NumberSeries.objects.filter(name="order")
    if not series.update(last=F("last") + count):
        NumberSeries.objects.get_or_create(name="order", defaults={"last": FIRST})
        series.update(last=F("last") + count)
    last = series.values_list("last", flat=True).get()
    return [with_check_digit(number) for number in range(last - count + 1, last + 1)]


_PLACING: ContextVar[bool] = ContextVar("orders_placing", default=False)


@contextmanager
def being_placed() -> Iterator[None]:
    """The lines and payments that are stored meanwhile are new ones of new orders: `tell_figures` was told of them."""
    token = _PLACING.set(True)
    try:
        yield
    finally:
        _PLACING.reset(token)


def tell_figures(order: Order, lines: list[OrderLine], *, is_paid: bool = False, paid: Money | None = None) -> None:
    """The figures of an order that is to be, and of its lines, in memory: paid in full, or so much of it. Raises
    Refused for what does not add up."""
    document = reckon((line.reckoned for line in lines), rules=order.rules, discount=order.discount)
    _told(lines, document)
    order.total, order.tax = document.total, document.tax
    whole = document.total if paid is None else paid
    order.paid = whole if is_paid else Money.zero(order.currency)
    is_shipped = bool(lines) and all(not line.unshipped for line in lines)
    order.settle(has_lines=bool(lines), is_shipped=is_shipped)


@transaction.atomic
def reckon_orders_of_lines(*, line_ids: Collection[int], is_new: bool = False) -> None:
    """After lines came, went or changed. Refused where their order can change no more, or has another currency. The
    orders are held before they are asked: one may be shipped or cancelled meanwhile."""
    if is_new and _PLACING.get():
        return
    rows = OrderLine.objects.filter(pk__in=line_ids).values_list(
        "order_id", "unit_price_currency", "shipped", "deleted_at"
    )
    lines = list(rows)
    orders = Order.objects.select_for_update(of=("self",)).filter(pk__in={order_id for order_id, *_rest in lines})
    held = {order.pk: order for order in orders.order_by("pk")}
    for order_id, currency, shipped, deleted_at in lines:
        order = held[order_id]
        is_being_placed = is_new and order.total is None
        if not order.is_changeable and not is_being_placed:
            raise Refused(_("This order was shipped or cancelled; its lines stay as they are."))
        if deleted_at and shipped:
            raise Refused(_("Part of this line was shipped."))
        if currency != order.currency:
            raise Refused(_("This order is in %(currency)s.") % {"currency": order.currency}, field="unit_price")
    reckon_orders(order_ids=held)


@transaction.atomic
def reckon_orders_of_payments(*, payment_ids: Collection[int], is_new: bool = False) -> None:
    """After money came or went: what is paid, and how far the orders have come."""
    if is_new and _PLACING.get():
        return
    ids = set(Payment.objects.filter(pk__in=payment_ids).values_list("order_id", flat=True))
    orders = list(Order.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
    lines = OrderLine.objects.live().filter(order__in=ids).order_by()
    having = dict(lines.values_list("order").annotate(left=Sum(F("quantity") - F("shipped"))))
    came_back = set(lines.filter(returned__gt=0).values_list("order", flat=True))
    documents = documents_of([order for order in orders if order.pk in came_back])
    back = {pk: taken_back(of, document) for pk, (of, document) in documents.items()}
    flows = _flows(orders)
    for order in orders:
        is_shipped = order.pk in having and not having[order.pk]
        repaid = _take_in(order, flows.get(order.pk))
        order.settle(has_lines=order.pk in having, is_shipped=is_shipped, back=back.get(order.pk), repaid=repaid)
    bulk.update(Order, orders, OF_FLOW)


@transaction.atomic
def reckon_orders(*, order_ids: Collection[int]) -> None:
    """Bring the figures of orders up to date, all of them at once. Raises Refused for what does not add up."""
    orders = list(Order.objects.select_for_update(of=("self",)).filter(pk__in=order_ids).order_by("pk"))
    flows, by_id = _flows(orders), {order.pk: order for order in orders}
    changed_lines: list[OrderLine] = []
    changed: list[Order] = []
    for pk, (lines, document) in documents_of(orders).items():
        order = by_id[pk]
        changed_lines += _told(lines, document)
        before = _figures(order)
        order.total, order.tax = document.total, document.tax
        repaid = _take_in(order, flows.get(pk))
        is_shipped = bool(lines) and all(not line.unshipped for line in lines)
        order.settle(has_lines=bool(lines), is_shipped=is_shipped, back=taken_back(lines, document), repaid=repaid)
        if _figures(order) != before:
            changed.append(order)
    if changed_lines:
        bulk.update(OrderLine, changed_lines, OF_LINE)
    if changed:
        bulk.update(Order, changed, OF_ORDER)


def _figures(order: Order) -> tuple[object, ...]:
    return (order.total, order.tax, order.paid, order.given_back, order.status)


def _told(lines: list[OrderLine], document: Document) -> list[OrderLine]:
    """The lines whose figures are other ones now."""
    found = []
    for line, reckoned in zip(lines, document.lines, strict=True):
        charged = None if reckoned.total == reckoned.amount else reckoned.total.amount
        if (line.total, line.charged) != (reckoned.amount, charged):
            line.total, line.charged = reckoned.amount, charged
            found.append(line)
    return found


class Flow(NamedTuple):
    """Money that came in for an order, and that went back."""

    came: Decimal
    went: Decimal


def _take_in(order: Order, flow: Flow | None) -> Money:
    """Note what is paid; what of the money that went back was not paid too much before."""
    came, went = flow or Flow(ZERO, ZERO)
    total = order.total.amount if order.total else ZERO
    order.paid = Money(came - went, order.currency)
    return Money(max(ZERO, went - max(ZERO, came - total)), order.currency)


def _flows(orders: list[Order]) -> dict[int, Flow]:
    """Refused where more went back than came."""
    sums: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    currencies = {order.pk: order.currency for order in orders}
    rows = Payment.objects.live().filter(order__in=currencies).values("order", "kind", "amount_currency").order_by()
    for row in rows.annotate(sum=Sum("amount")):
        if row["amount_currency"] != currencies[row["order"]]:
            raise Refused(_("This order is in %(currency)s.") % {"currency": currencies[row["order"]]}, field="amount")
        sums[row["order"]][row["kind"]] += row["sum"]
    found = {pk: Flow(kind["payment"], kind["refund"] + kind["chargeback"]) for pk, kind in sums.items()}
    if any(flow.went > flow.came for flow in found.values()):
        raise Refused(_("No more can go back than was paid."), field="amount")
    return found
