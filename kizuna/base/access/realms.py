"""Realms: how records are somebody's otherwise than by their owner. A higher room registers one, and grants name it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

Places = frozenset[int]


@dataclass(frozen=True)
class Realm:
    """Beside what a scope reaches, a grant with a realm reaches the rows that hold one of a person's places.

    `column` is where a row holds its place, `has` says of which models, `places_of` where each of these people is, in
    a few queries for all of them. Of what happens to records of the kinds in `decided_by`, places change. `own` and
    `team` are the words of the two scopes with the realm, `about` says in a sentence what it is.
    """

    key: str
    own: Any
    team: Any
    about: Any
    column: str
    has: Callable[[type[models.Model]], bool]
    places_of: Callable[[Sequence[Any]], Mapping[int, Places]]
    decided_by: frozenset[str] = frozenset()


_realms: dict[str, Realm] = {}


def register(realm: Realm) -> Realm:
    """Let grants name a realm; called in a room's `apps.ready()`."""
    _realms[realm.key] = realm
    return realm


def find(key: str) -> Realm | None:
    return _realms.get(key)


def every() -> list[Realm]:
    return list(_realms.values())


def deciding() -> frozenset[str]:
    """The kinds of records of which a change is a change of rights."""
    return frozenset().union(*(realm.decided_by for realm in _realms.values()))
