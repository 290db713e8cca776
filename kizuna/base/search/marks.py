"""Marks: what a higher room finds records by and nobody types, beside the words in their entries of the index.

They cost a record a few words more in a row that is written anyway, are there in the transaction that writes it, and
go with it. `queries.marked` asks for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kizuna.base.resources.resource import Resource
from kizuna.base.search.lexemes import MARK, resource_code


@dataclass(frozen=True)
class Marker:
    """Gives the marks of a record of one kind, made `lexemes.safe`; `paths` are the ORM paths of all that it reads."""

    of: Callable[[Any], Iterable[str]]
    paths: Sequence[str]


_makers: list[Callable[[Resource], Marker | None]] = []


def register(make: Callable[[Resource], Marker | None]) -> None:
    """`make` says how records of a kind are marked, None where they are not. After a change, rebuild the index."""
    _makers.append(make)


def markers_of(resource: Resource) -> list[Marker]:
    return [marker for make in _makers if (marker := make(resource))]


def written(code: str, marks: Iterable[str]) -> str:
    """Marks as they stand in an entry, beside its words."""
    return "".join([f" {code}{MARK}{mark}" for mark in marks])


def lexeme_of(resource: Resource, mark: str) -> str:
    return f"{resource_code(resource.key)}{MARK}{mark}"
