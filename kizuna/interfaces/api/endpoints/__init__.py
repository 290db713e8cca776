"""What the API answers to. Importing this package puts every endpoint on the API."""

from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.endpoints import about, actions, history, records

__all__ = ["about", "actions", "history", "records", "routes"]

routes = api.urls[0]
