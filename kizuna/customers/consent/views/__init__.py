"""The panel of a contact, whether they may be contacted, their data as a whole, and looking up a suppressed address."""

from kizuna.customers.consent.views.contacting import may_contact
from kizuna.customers.consent.views.panel import panel
from kizuna.customers.consent.views.personal_data import download, personal_data
from kizuna.customers.consent.views.suppression import look_up

__all__ = ["download", "look_up", "may_contact", "panel", "personal_data"]
