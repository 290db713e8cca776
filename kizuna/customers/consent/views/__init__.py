"""The panel of a contact, their data as a whole, and looking up an address on the suppression list."""

from kizuna.customers.consent.views.panel import panel
from kizuna.customers.consent.views.personal_data import download, personal_data
from kizuna.customers.consent.views.suppression import look_up

__all__ = ["download", "look_up", "panel", "personal_data"]
