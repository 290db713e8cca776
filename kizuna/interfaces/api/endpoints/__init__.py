"""What the API answers to. Importing this package puts every endpoint on the API, in this order: an address with a
name of its own goes before that of a resource's plural."""

from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.endpoints import about, saved_views

# isort: split
from kizuna.interfaces.api.endpoints import actions, files, history, records

__all__ = ["about", "actions", "files", "history", "records", "routes", "saved_views"]

routes = api.urls[0]
