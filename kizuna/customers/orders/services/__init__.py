"""Verbs about orders. Their figures follow from lines, payments and goods, whoever wrote them (`handlers`)."""

from kizuna.customers.orders.services.days import add_up_days, look_over_days
from kizuna.customers.orders.services.goods import keep_shipments, ship_line, ship_order, take_back, take_back_line
from kizuna.customers.orders.services.intake import Verdict, take_in
from kizuna.customers.orders.services.paying import record_chargeback, record_payment, refund_payment
from kizuna.customers.orders.services.placing import (
    Draft,
    Sold,
    cancel_order,
    complete_line,
    complete_order,
    follow_tax,
    place_order,
    place_orders,
)
from kizuna.customers.orders.services.preferences import note_preference
from kizuna.customers.orders.services.sums import (
    reckon_orders,
    reckon_orders_of_lines,
    reckon_orders_of_payments,
    take_numbers,
)

__all__ = [
    "Draft",
    "Sold",
    "Verdict",
    "add_up_days",
    "cancel_order",
    "complete_line",
    "complete_order",
    "follow_tax",
    "keep_shipments",
    "look_over_days",
    "note_preference",
    "place_order",
    "place_orders",
    "reckon_orders",
    "reckon_orders_of_lines",
    "reckon_orders_of_payments",
    "record_chargeback",
    "record_payment",
    "refund_payment",
    "ship_line",
    "ship_order",
    "take_back",
    "take_back_line",
    "take_in",
    "take_numbers",
]
