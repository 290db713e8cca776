"""Export files of other products, recognised by their headers (`Resource.known_exports`)."""

from __future__ import annotations

from collections.abc import Sequence

from kizuna.base.resources.fields import Points, Tags
from kizuna.base.resources.resource import KnownExport, Resource
from kizuna.base.transfer.mapping.headers import normal
from kizuna.base.transfer.mapping.targets import Target


def recognise(resource: Resource, header: Sequence[str]) -> KnownExport | None:
    """The product that wrote this file, as far as its headers tell."""
    there = {normal(name) for name in header}
    for known in resource.known_exports:
        if all(any(normal(name) in there for name in group) for group in known.signs):
            return known
    return None


def apply(
    known: KnownExport, resource: Resource, header: Sequence[str], allowed: set[Target], chosen: list[Target | None]
) -> None:
    """Put the columns of a recognised file where they belong; a place that is taken then is taken from guesses."""
    places = {normal(name): place for place, name in reversed(list(enumerate(header)))}
    settled: dict[int, Target | None] = {}
    for name, written in known.columns.items():
        place = places.get(normal(name))
        if place is None or place in settled:
            continue
        target = Target.parse(written) if written else None
        is_taken = target is not None and target in settled.values() and not _is_list(resource, target)
        settled[place] = target if target in allowed and not is_taken else None
    taken = set(settled.values())
    for place, guessed in enumerate(chosen):
        if place in settled:
            chosen[place] = settled[place]
        elif guessed is not None and guessed in taken and not _is_list(resource, guessed):
            chosen[place] = None


def _is_list(resource: Resource, target: Target) -> bool:
    return isinstance(resource.fields.get(target.field), Points | Tags)
