"""Who may do what to which rows and fields. `models` must not be imported before the app registry is ready,
so the names of this package are resolved on first use."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "OPERATIONS": "permissions",
    "Permissions": "permissions",
    "forget": "permissions",
    "permissions_of": "permissions",
    "AccessQuerySet": "rows",
    "check": "rows",
    "check_owner": "rows",
    "predicate": "rows",
    "resource_key": "rows",
    "rows": "rows",
    "sees_all": "rows",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
