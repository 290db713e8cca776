"""Records go where they belong: in the transaction that writes them, and all of them when the tree has changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F

from kizuna.base.events import Change, Touched, publish
from kizuna.base.identity import SYSTEM
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.territories import kinds, queries, trees
from kizuna.base.territories.events import RecordsCarriedOver, RecordsPlaced, RecordsReleased
from kizuna.base.territories.models import Realignment

BATCH = 2000


@dataclass(frozen=True)
class Placing:
    """A record that was moved from one territory to another."""

    record_id: int
    before: int | None
    after: int | None
    owner_id: int | None


def follow_rules(resource: Resource, records: Sequence[Record], *, is_new: bool) -> None:
    """Put records that were just written where they belong, and what follows them; an indexer of `records`."""
    kind = kinds.find(resource.key)
    if kind is None or trees.now().is_empty:
        return
    live = {record.pk: record for record in records if not record.is_deleted}
    for ids in _parts(sorted(live)):
        for one in _place_new(kind, ids) if is_new else _place_written(kind, ids):
            setattr(live[one.record_id], "territory_id", one.after)  # noqa: B010 - Record is not Placed
    if not is_new:
        place_followers(resource.key, list(live))


def _place_new(kind: kinds.Placeable, ids: Sequence[int]) -> list[Placing]:
    """Nobody knows of them yet, so nobody is told that they were moved."""
    moved = [Placing(*row) for row in queries.misplaced(kind.key, trees.now(), ids)]
    _put(kind.key, moved)
    return moved


def _place_written(kind: kinds.Placeable, ids: Sequence[int]) -> list[Placing]:
    return place(kind.key, kind.model._default_manager.filter(pk__in=ids), is_written=True)


def place(key: str, rows: Any, *, is_written: bool = False, realignment_id: int | None = None) -> list[Placing]:
    """Move those of these records that lie elsewhere than where they belong by the tree of today. Of a large tree they
    are held before they are asked: what territories may take them is found out by how they stand."""
    if trees.now().is_large:
        list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    parts = queries.parts(rows, trees.now())
    return [one for some in parts for one in _place(key, some, is_written, realignment_id)]


def _place(key: str, rows: Any, is_written: bool, realignment_id: int | None) -> list[Placing]:
    """A statement that finds them, one for each territory that gets some, and one event for all. Of a record that
    somebody is looking at the version is new, so that what they saw is not saved over it; that of one `is_written` in
    this transaction is so already, and what was written can be undone.
    """
    found = queries.moving(key, trees.now(), rows).order_by("pk").select_for_update()
    moved = [Placing(*row) for row in found.values_list(*queries.PLACES)]
    changes: dict[str, Any] = {} if is_written else {"version": F("version") + 1}
    _put(key, moved, **changes)
    if moved:
        told = RecordsPlaced(resource=key, ids=tuple(one.record_id for one in moved), realignment_id=realignment_id)
        publish(
            told,
            subjects=[Touched(key, one.record_id, {"territory": Change(one.before, one.after)}) for one in moved],
            by=SYSTEM,
        )
    return moved


def _put(key: str, moved: Sequence[Placing], **changes: Any) -> None:
    goals: dict[int | None, list[int]] = defaultdict(list)
    for one in moved:
        goals[one.after].append(one.record_id)
    manager = registry.get(key).model._default_manager
    for after, ids in goals.items():
        manager.filter(pk__in=ids).update(territory_id=after, **changes)


def place_followers(key: str, ids: Sequence[int]) -> None:
    """What follows these records follows them now, and what follows that."""
    for kind, relation in kinds.following(key):
        for some in _parts(ids):
            rows = kind.model._default_manager.filter(**{f"{relation}__in": some})
            moved = place(kind.key, rows)
            if moved:
                place_followers(kind.key, [one.record_id for one in moved])


def place_all() -> Iterator[int]:
    """Go over all records, batch after batch, each a transaction; says of each how many it moved. What was done stays
    done when this is interrupted, and is found to be in order by the next run. Leaves it to a realignment that is
    under way, which goes over all of them by the same tree and notes what it moves."""
    for kind in kinds.placeable():
        last = 0
        while ids := next_ids(kind, last):
            if Realignment.objects.filter(state__in=Realignment.WORKING).exists():
                return
            with transaction.atomic():
                moved = place(kind.key, kind.model._default_manager.filter(pk__gt=last, pk__lte=ids[-1]))
            yield len(moved)
            last = ids[-1]


def carry_over(*, actor: Any, before: int, after: int) -> None:
    """What somebody put into one territory lies in another from now on."""
    for kind, ids in _chosen([before]):
        rows = kind.model._default_manager.filter(pk__in=ids)
        rows.update(territory=after, version=F("version") + 1)
        moved = {"territory": Change(before, after)}
        told = RecordsCarriedOver(resource=kind.key, ids=tuple(ids), into_id=after)
        publish(told, subjects=[Touched(kind.key, pk, moved) for pk in ids], by=actor)


def let_go(*, territory_ids: Collection[int]) -> None:
    """What somebody put into territories that are gone belongs where the rules say."""
    for kind, ids in _chosen(territory_ids):
        rows = kind.model._default_manager.filter(pk__in=ids)
        rows.update(territory_pinned_at=None, version=F("version") + 1)
        told = RecordsReleased(resource=kind.key, ids=tuple(ids))
        publish(told, subjects=[Touched(kind.key, pk) for pk in ids], by=SYSTEM)


def _chosen(territory_ids: Collection[int]) -> Iterator[tuple[kinds.Placeable, list[int]]]:
    """Records that somebody put into these territories, locked, some at a time."""
    for kind in kinds.placeable():
        rows = kind.model._default_manager.filter(territory__in=territory_ids, territory_pinned_at__isnull=False)
        last = 0
        while ids := list(
            rows.filter(pk__gt=last).order_by("pk").select_for_update().values_list("pk", flat=True)[:BATCH]
        ):
            yield kind, ids
            last = ids[-1]


def next_ids(kind: kinds.Placeable, last: int) -> list[int]:
    """The next batch of records of a kind, in the order of their ids."""
    rows = kind.model._default_manager.live().filter(pk__gt=last).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:BATCH])


def _parts(ids: Iterable[int]) -> Iterator[list[int]]:
    every = list(ids)
    for start in range(0, len(every), BATCH):
        yield every[start : start + BATCH]
