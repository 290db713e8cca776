"""What a person sees of the records that something happened to: the one predicate, asked for few ids at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any

from kizuna.base.events import Subject
from kizuna.base.resources import registry
from kizuna.base.types.errors import Missing

CHUNK = 500


def visible(actor: Any, key: str, ids: Collection[int]) -> set[int]:
    """Which of these records the actor may read, in the trash or not. A kind that is no more has none."""
    if not ids or (rows := _rows(actor, key)) is None:
        return set()
    found: set[int] = set()
    for some in _chunks(ids):
        found.update(rows.filter(pk__in=some).values_list("pk", flat=True))
    return found


def touches(actor: Any, key: str, events: Collection[int]) -> bool:
    """Whether the actor may read any of the records of a kind that these events touched, however many: one query."""
    rows = _rows(actor, key)
    subjects = Subject.objects.filter(event_id__in=list(events), resource=key).values("record_id")
    return rows is not None and rows.filter(pk__in=subjects).exists()


def _rows(actor: Any, key: str) -> Any:
    try:
        resource = registry.get(key)
    except Missing:
        return None
    return resource.model.objects.permitted(actor, "read") if resource.has_trash else resource.visible_to(actor)


def neighbours(actor: Any, key: str, ids: Collection[int], touched: dict[str, set[int]]) -> dict[int, set[str]]:
    """For records of one kind, by id: the kinds of which a touched record that the actor may read leads to it.

    One query per relation to this kind, and only for those of which something was touched.
    """
    found: dict[int, set[str]] = {}
    try:
        ways = registry.get(key).related_lists
    except Missing:
        return found
    for way in ways:
        if changed := touched.get(way.resource.key):
            path = way.field.id_path
            rows = way.resource.visible_to(actor).filter(pk__in=list(changed)[:CHUNK], **{f"{path}__in": list(ids)})
            for record_id in rows.values_list(path, flat=True):
                found.setdefault(record_id, set()).add(way.resource.key)
    return found


def _chunks(ids: Collection[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while some := list(islice(rest, CHUNK)):
        yield some
