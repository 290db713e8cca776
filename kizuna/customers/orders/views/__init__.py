"""What orders show beside the screens that every resource has."""

from kizuna.customers.orders.views.noting import note
from kizuna.customers.orders.views.purchases import panel, purchases
from kizuna.customers.orders.views.sales import sales

__all__ = ["note", "panel", "purchases", "sales"]
