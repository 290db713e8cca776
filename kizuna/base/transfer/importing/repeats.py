"""What was said first, and stays: a row about a record that is known already adds to it instead.

Rooms above register it for their kind of record, such as where a lead came from and what it asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kizuna.base.events import EventRow
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.models import Kept

Further = tuple[Any, Mapping[str, Any]]
"""A record, and what a row said of `Repeats.fields` that is not what stands there."""


@dataclass(frozen=True)
class Repeats:
    """`fields` keep what they hold. `news(said)` tells which of these are not written down yet, with a fixed number of
    questions; `keep(actor, said)` writes them down, in the transaction of the batch, each with an event called `told`.
    `take_back(actor, events)` undoes that for some of these events; it returns the records that it did so for, once for
    each event, and what stays."""

    fields: Collection[str]
    news: Callable[[Sequence[Further]], Sequence[bool]]
    keep: Callable[[Any, Sequence[Further]], None]
    told: str
    take_back: Callable[[Any, Sequence[EventRow]], tuple[list[int], list[Kept]]]


_repeats: dict[str, Repeats] = {}


def register(resource: str, how: Repeats) -> None:
    """To be called in `apps.ready()`."""
    _repeats[resource] = how


def of(resource: Resource) -> Repeats | None:
    return _repeats.get(resource.key)


def told() -> dict[str, str]:
    """The kind of record that each event of a repetition is about."""
    return {how.told: resource for resource, how in _repeats.items()}
