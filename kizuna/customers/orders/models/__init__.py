"""What customers bought, where, and what became of it."""

from kizuna.customers.orders.models.channels import SalesChannel
from kizuna.customers.orders.models.goods import Return, ReturnLine, Shipment, ShipmentLine
from kizuna.customers.orders.models.lines import OrderLine
from kizuna.customers.orders.models.orders import NumberSeries, Order
from kizuna.customers.orders.models.payments import Payment
from kizuna.customers.orders.models.preferences import Preference

__all__ = [
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
]
