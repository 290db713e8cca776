"""What customers bought, and what the channels sold."""

from kizuna.customers.orders.queries.purchases import Bought, Purchases, bought_of, buyers, purchases_of
from kizuna.customers.orders.queries.sales import ChannelSales, Sales, sales_by_channel
from kizuna.customers.orders.queries.sums import documents_of, taken_back

__all__ = [
    "Bought",
    "ChannelSales",
    "Purchases",
    "Sales",
    "bought_of",
    "buyers",
    "documents_of",
    "purchases_of",
    "sales_by_channel",
    "taken_back",
]
