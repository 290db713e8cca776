"""What customers bought, and what the channels sold."""

from kizuna.customers.orders.queries.purchases import (
    MOST,
    Bought,
    Purchases,
    bought_of,
    buyers,
    last_channels,
    lines_bought,
    purchases_of,
)
from kizuna.customers.orders.queries.sales import ChannelSales, Sales, sales_by_channel
from kizuna.customers.orders.queries.sums import documents_of, is_anything_kept, taken_back
from kizuna.customers.orders.queries.tastes import Favourite, Size, Sizes, Tastes, preferences_of, tastes_of

__all__ = [
    "MOST",
    "Bought",
    "ChannelSales",
    "Favourite",
    "Purchases",
    "Sales",
    "Size",
    "Sizes",
    "Tastes",
    "bought_of",
    "buyers",
    "documents_of",
    "is_anything_kept",
    "last_channels",
    "lines_bought",
    "preferences_of",
    "purchases_of",
    "sales_by_channel",
    "taken_back",
    "tastes_of",
]
