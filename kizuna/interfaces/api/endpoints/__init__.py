"""What the API answers to. Importing this package puts every endpoint on the API, in this order: an address with a
name of its own goes before that of a resource's plural."""

from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.endpoints import (
    about,
    bulk,
    busy,
    catalog,
    charts,
    consent,
    custom,
    imports,
    leads,
    merging,
    notifications,
    orders,
    prediction,
    quality,
    saved_views,
)

# isort: split
from kizuna.interfaces.api.endpoints import actions, files, history, records, together

__all__ = [
    "about",
    "actions",
    "bulk",
    "busy",
    "catalog",
    "charts",
    "consent",
    "custom",
    "files",
    "history",
    "imports",
    "leads",
    "merging",
    "notifications",
    "orders",
    "prediction",
    "quality",
    "records",
    "routes",
    "saved_views",
    "together",
]

routes = api.urls[0]
