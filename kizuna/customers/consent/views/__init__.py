"""The panel of a contact, and looking up an address on the suppression list."""

from kizuna.customers.consent.views.panel import panel
from kizuna.customers.consent.views.suppression import look_up

__all__ = ["look_up", "panel"]
