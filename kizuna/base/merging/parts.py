"""What other rooms add to a merge: facts with a rule of their own, such as consent, of which the strictest wins.

parts.register(Part("consent", foresee=…, merged=…, unmerged=…))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kizuna.base.merging.models import Merge
from kizuna.base.records.models import Record
from kizuna.base.resources.resource import Resource


@dataclass(frozen=True)
class Told:
    """A line of the preview: what each record has, by its id, what will be, and why, in words for the reader."""

    label: Any
    values: dict[int, Any]
    result: Any
    reason: Any


def _nothing_told(actor: Any, resource: Resource, records: Sequence[Record]) -> Sequence[Told]:
    return ()


@dataclass(frozen=True)
class Part:
    """`foresee(actor, resource, records)` tells the preview, only what the actor may know; the record that stays comes
    first. `merged(merge, records)` runs in the transaction, before anything that hangs on the records moves; what it
    returns is kept with the merge, as JSON. `unmerged(merge, kept)` gets it again once everything is back, or None of a
    merge that is older than the part."""

    name: str
    merged: Callable[[Merge, Sequence[Record]], Any]
    unmerged: Callable[[Merge, Any], None]
    foresee: Callable[[Any, Resource, Sequence[Record]], Sequence[Told]] = _nothing_told


_parts: dict[str, Part] = {}


def register(part: Part) -> None:
    """Take part in merges from now on; called in `apps.ready()`. A part that is registered again replaces itself."""
    _parts[part.name] = part


def registered() -> list[Part]:
    return list(_parts.values())
