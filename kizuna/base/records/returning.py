"""What never comes back from the trash: rooms above say so, such as of people whose data were erased."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from kizuna.base.resources.resource import Resource

Bar = Callable[[Resource, Collection[int]], Mapping[int, Any]]
"""Why some of these records stay in the trash, by their id."""

_bars: list[Bar] = []


def register(bar: Bar) -> None:
    """To be called in `apps.ready()`. A bar asks the database a fixed number of questions."""
    _bars.append(bar)


def barred(resource: Resource, ids: Collection[int]) -> dict[int, str]:
    """Those that stay in the trash for good, and why."""
    return {pk: str(why) for bar in _bars for pk, why in bar(resource, ids).items()}
