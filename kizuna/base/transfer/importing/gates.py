"""What may not come in whatever a file says: rooms above register a gate, which looks at a batch at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.values.drafts import Said
from kizuna.base.types.errors import Errors

Gate = Callable[[Resource, Sequence[Said]], Mapping[int, Errors]]
"""What is wrong with some of these rows, by their place among them."""

_gates: list[Gate] = []


def register(gate: Gate) -> None:
    """To be called in `apps.ready()`. A gate asks the database a fixed number of questions."""
    _gates.append(gate)


def refused(resource: Resource, drafts: Sequence[Said]) -> dict[int, Errors]:
    """What the gates say against rows, by their place; of two that speak of one row the later one is heard."""
    found: dict[int, Errors] = {}
    for gate in _gates:
        found |= gate(resource, drafts)
    return found
