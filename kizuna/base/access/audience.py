"""The question turned round: which of these people may see a record. Asked before somebody is told of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models

from kizuna.base.access import policy, realms
from kizuna.base.access.permissions import prepare

CHUNK = 500

Holders = Mapping[int, Mapping[str, int | None]]
"""Whose each record is: its owner, and its place in each realm, by the columns that hold them."""


def who_sees(people: Sequence[Any], model: type[models.Model], record_id: int) -> list[Any]:
    """Those of the people who may see the record. They are active, and come with their team."""
    seen = seen_by(people, model, [record_id])
    return [person for person in people if seen.get(person.pk)]


def seen_by(people: Sequence[Any], model: type[models.Model], ids: Iterable[int]) -> dict[int, list[int]]:
    """Which of the records each person may see, in the order given; nothing that lies in the trash.

    A few queries for all people whose rights are told by owners and places, one per person where further rules count.
    """
    ids = list(ids)
    prepare(people)
    holders = _holders(model, ids)
    seen = {person.pk: _seen(person, model, holders) for person in people}
    return {person: [pk for pk in ids if pk in found] for person, found in seen.items()}


def _holders(model: type[models.Model], ids: Sequence[int]) -> dict[int, dict[str, int | None]]:
    columns = [policy.OWNER, *(realm.column for realm in realms.every() if realm.has(model))]
    found: dict[int, dict[str, int | None]] = {}
    for start in range(0, len(ids), CHUNK):
        rows = model._default_manager.filter(pk__in=ids[start : start + CHUNK], deleted_at__isnull=True)
        found |= {row["pk"]: row for row in rows.values("pk", *columns)}
    return found


def _seen(person: Any, model: type[models.Model], holders: Holders) -> set[int]:
    if not person.is_active:
        return set()
    if policy.sees_all(person, model):
        return set(holders)
    seen = policy.places_seen(person, model)
    if seen is not None:
        mine = [(column, set(places)) for column, places in seen.items()]
        return {pk for pk, held in holders.items() if any(held[column] in places for column, places in mine)}
    found: set[int] = set()
    ids = list(holders)
    for start in range(0, len(ids), CHUNK):
        rows = model._default_manager.filter(policy.predicate(person, model), pk__in=ids[start : start + CHUNK])
        found.update(rows.values_list("pk", flat=True))
    return found
