"""The cockpit, the queue of records to be looked at again, and the panel of a record."""

from kizuna.customers.quality.views.cockpit import cockpit, progress, reckon
from kizuna.customers.quality.views.panel import panel
from kizuna.customers.quality.views.queue import back, queue, right

__all__ = ["back", "cockpit", "panel", "progress", "queue", "reckon", "right"]
