"""What happened: a typed event bus with a log, written in the transaction that did it.

    from kizuna.base.events import Event, publish, on, acting

Names are loaded when first asked for, because Django imports this package before its models exist.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kizuna.base.events.causes import below, instigators
    from kizuna.base.events.event import Event
    from kizuna.base.events.loops import EventLoop
    from kizuna.base.events.models import EventRow, Subject
    from kizuna.base.events.origin import Origin, acting, current_origin
    from kizuna.base.events.plain import NotPlain
    from kizuna.base.events.publishing import NoTransaction, publish
    from kizuna.base.events.registry import on
    from kizuna.base.events.subjects import Change, Touched

_HOMES = {
    "below": "causes",
    "instigators": "causes",
    "Event": "event",
    "NotPlain": "plain",
    "EventRow": "models",
    "Subject": "models",
    "Origin": "origin",
    "acting": "origin",
    "current_origin": "origin",
    "EventLoop": "loops",
    "NoTransaction": "publishing",
    "publish": "publishing",
    "on": "registry",
    "Change": "subjects",
    "Touched": "subjects",
}

__all__ = [
    "Change",
    "Event",
    "EventLoop",
    "EventRow",
    "NoTransaction",
    "NotPlain",
    "Origin",
    "Subject",
    "Touched",
    "acting",
    "below",
    "current_origin",
    "instigators",
    "on",
    "publish",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
