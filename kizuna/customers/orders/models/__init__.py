"""What customers bought, where, and what became of it."""

from kizuna.customers.orders.models.channels import SalesChannel
from kizuna.customers.orders.models.days import DaySales, DaySums, TouchDays, TouchedDay
from kizuna.customers.orders.models.goods import Return, ReturnLine, Shipment, ShipmentLine
from kizuna.customers.orders.models.lines import OrderLine
from kizuna.customers.orders.models.orders import NumberSeries, Order
from kizuna.customers.orders.models.payments import Payment
from kizuna.customers.orders.models.preferences import Preference

__all__ = [
    "DaySales",
    "DaySums",
    "NumberSeries",
    "Order",
    "OrderLine",
    "Payment",
    "Preference",
    "Return",
    "ReturnLine",
    "SalesChannel",
    "Shipment",
    "ShipmentLine",
    "TouchDays",
    "TouchedDay",
]
