"""Telling the log what was done to records, in the name of the one who did it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kizuna.base.events import Event, Touched, acting, publish


def announce(actor: Any, event: Event, touched: Iterable[Touched]) -> None:
    """Publish an event about records as the actor's doing; door, address and cause stay as they are."""
    with acting(actor):
        publish(event, subjects=touched)
