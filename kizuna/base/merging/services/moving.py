"""What hangs on records moves with them, table by table, and back again: each in statements over many rows."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Func, Value
from django.utils import timezone

from kizuna.base.events import Change, Touched
from kizuna.base.merging import equals
from kizuna.base.merging.images import put_on, row_image
from kizuna.base.merging.models import Merge, Moved
from kizuna.base.merging.relations import Relation, relations_to
from kizuna.base.records import indexes
from kizuna.base.resources import registry
from kizuna.base.resources.models import Redirect
from kizuna.base.resources.resource import Resource
from kizuna.base.types import ties
from kizuna.base.types.custom_values import COLUMN

BATCH = 1000
Into = Mapping[int, int]
"""The record that stays, for each that does not."""


class Telling:
    """The records that moved, each with its fields before and after: subjects of the event."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int], dict[str, Change]] = defaultdict(dict)
        self.count = 0

    def moved(self, relation: Relation, ids: Sequence[int], before: int, after: int) -> None:
        self.count += len(ids)
        if relation.resource is not None and relation.field:
            for pk in ids:
                self._found[relation.resource.key, pk][relation.field] = Change(before, after)

    @property
    def subjects(self) -> list[Touched]:
        return [Touched(key, pk, changes) for (key, pk), changes in self._found.items()]


def move_all(merge: Merge, resource: Resource, into: Into) -> Telling:
    """Have everything that points to the keys of `into` point to its values; the merge keeps what was where."""
    telling = Telling()
    _move(merge, resource.key, into, telling)
    return telling


def _move(merge: Merge, key: str, into: Into, telling: Telling) -> None:
    together = {*into, *into.values()}
    for relation in relations_to(key):
        rows = relation.rows(into)
        if key_of(relation.model) == key:
            rows = rows.exclude(pk__in=together)  # the outcome says what stands on these themselves
        if isinstance(relation.rule, ties.Unite):
            _unite(merge, relation, into, telling)
        else:
            found: dict[int, list[int]] = defaultdict(list)
            for pk, pointed in rows.order_by("pk").values_list("pk", relation.path):
                found[pointed].append(pk)
            for before, ids in found.items():
                _point(relation, rows.filter(**{relation.path: before}), into[before])
                _note(merge, relation, ids, before, into[before], telling)


def key_of(model: type[models.Model]) -> str:
    return model._meta.model_name or ""


def _note(merge: Merge, relation: Relation, ids: Sequence[int], before: int, after: int, telling: Telling) -> None:
    Moved.objects.create(
        merge=merge,
        how=Moved.How.MOVED,
        model=relation.label,
        column=relation.name,
        target=relation.target,
        from_id=before,
        to_id=after,
        ids=ids,
    )
    telling.moved(relation, ids, before, after)
    reindex(relation, ids)


def _point(relation: Relation, rows: models.QuerySet, record_id: int) -> None:
    if relation.number:
        rows.update(custom=_Put(COLUMN, relation.number, record_id))
    else:
        rows.update(**{relation.column: record_id})


class _Put(Func):
    """The column of custom values with another id in one of them."""

    output_field = models.JSONField()

    def __init__(self, column: str, number: int, record_id: int) -> None:
        super().__init__(column, Value(int(record_id), output_field=models.BigIntegerField()))
        self.number = int(number)

    def as_sqlite(self, compiler: Any, connection: Any, **options: Any) -> Any:
        between = f", '$.f{self.number}', "
        return self.as_sql(compiler, connection, template="JSON_SET(%(expressions)s)", arg_joiner=between)

    def as_postgresql(self, compiler: Any, connection: Any, **options: Any) -> Any:
        column, values = compiler.compile(self.source_expressions[0])
        given, more = compiler.compile(self.source_expressions[1])
        return f"jsonb_set({column}, '{{f{self.number}}}', to_jsonb(({given})::bigint))", [*values, *more]


def reindex(relation: Relation, ids: Sequence[int]) -> None:
    """Bring the indexes in line with rows that moved, where any of them reads the column."""
    resource = relation.resource
    if resource is None or not indexes.are_read(resource, [relation.column]):
        return
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        indexes.refresh(resource, list(resource.model._default_manager.filter(pk__in=batch)), columns=[relation.column])


# Of two that would be the same, one --------------------------------------------------------------------------------


def _unite(merge: Merge, relation: Relation, into: Into, telling: Telling) -> None:
    rows = _in_order(relation, [*into.values(), *into])
    moving, aside = _sorted_out(relation, rows, into)
    if not relation.is_record:
        _take_out(merge, relation, [row for row, _other in aside if getattr(row, relation.column) not in into])
    elif aside:
        _set_aside(merge, relation, aside)
        stands_for = {row.pk: other for row, other in aside if other}
        if stands_for and relation.resource is not None:
            _move(merge, relation.resource.key, stands_for, telling)
    for before, ids in moving.items():
        for start in range(0, len(ids), BATCH):
            batch = relation.model._default_manager.filter(pk__in=ids[start : start + BATCH])
            _point(relation, batch, into[before])
        _note(merge, relation, ids, before, into[before], telling)


def _in_order(relation: Relation, ids: Sequence[int]) -> list[Any]:
    """The rows that point to these records, of the first record first, and before them what points to one the other way
    round: "Ken's spouse is Yoko" is a rival of "Yoko's spouse is Ken"."""
    order = {pk: place for place, pk in enumerate(ids, start=1)}
    rows = {row.pk: row for row in relation.rows(ids).order_by("pk")}
    for column in equals.either_way(relation.model, relation.foreign_key):
        others = relation.model._default_manager.filter(**{f"{column}__in": ids}).order_by("pk")
        rows = {row.pk: row for row in others} | rows
    return sorted(rows.values(), key=lambda row: order.get(getattr(row, relation.column), 0))


def _sorted_out(
    relation: Relation, rows: Sequence[Any], into: Into
) -> tuple[dict[int, list[int]], list[tuple[Any, int | None]]]:
    """The rows that move, by the record that they leave; and those set aside, with the row that stands for each."""
    rule: Any = relation.rule
    column = relation.foreign_key
    keys = equals.keys_of(relation.model, column)
    taken: dict[tuple[int, Any], Any] = {}
    aside: dict[int, tuple[Any, int | None]] = {}
    for row in rows:
        there = copy.copy(row)
        setattr(there, relation.column, into.get(getattr(row, relation.column), getattr(row, relation.column)))
        if not equals.stands(relation.model, column, there):
            aside[row.pk] = (row, None)
            continue
        found = [(place, key) for place, read in enumerate(keys) if (key := read(there)) is not None]
        rival = next((taken[one] for one in found if one in taken), None)
        if rival is not None and not _goes_before(row, rival, rule.keep):
            aside[row.pk] = (row, rival.pk)
            continue
        if rival is not None:
            aside[rival.pk] = (rival, row.pk)
        taken |= dict.fromkeys(found, row)
    moving: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        before = getattr(row, relation.column)
        if before in into and row.pk not in aside:
            moving[before].append(row.pk)
    return moving, _to_the_last(aside)


def _goes_before(row: Any, rival: Any, keep: str) -> bool:
    if not keep:
        return False
    mine, theirs = getattr(row, keep), getattr(rival, keep)
    return mine is not None and (theirs is None or mine > theirs)


def _to_the_last(aside: dict[int, tuple[Any, int | None]]) -> list[tuple[Any, int | None]]:
    """Where a row stands for another and is set aside itself, the last one stands for both."""
    found = []
    for row, other in aside.values():
        while other in aside:
            other = aside[other][1]
        found.append((row, other))
    return found


def _take_out(merge: Merge, relation: Relation, rows: Sequence[Any]) -> None:
    """Rows of the record that stays, for which others stand: such a row has no trash, so the merge keeps all of it."""
    if rows:
        Moved.objects.create(
            merge=merge,
            how=Moved.How.TAKEN,
            model=relation.label,
            column=relation.name,
            target=relation.target,
            from_id=getattr(rows[0], relation.column),
            ids=[row_image(row) for row in rows],
        )
        relation.model._default_manager.filter(pk__in=[row.pk for row in rows]).delete()


def _set_aside(merge: Merge, relation: Relation, aside: Sequence[tuple[Any, int | None]]) -> None:
    """Out of sight, with a way to what stands for them. They keep pointing to where they did."""
    live = [(row, other) for row, other in aside if row.deleted_at is None]
    ids = [row.pk for row, _other in live]
    relation.model._default_manager.filter(pk__in=ids).update(deleted_at=timezone.now())
    key = key_of(relation.model)
    Redirect.objects.bulk_create(
        Redirect(resource=key, record_id=row.pk, into_id=other, merge_id=merge.pk) for row, other in live
    )
    by_record: dict[int, list[Any]] = defaultdict(list)
    for row, other in live:
        by_record[getattr(row, relation.column)].append([row.pk, other])
    for record_id, pairs in by_record.items():
        Moved.objects.create(
            merge=merge,
            how=Moved.How.ASIDE,
            model=relation.label,
            column=relation.name,
            target=relation.target,
            from_id=record_id,
            ids=pairs,
        )
    show_again(relation.model, ids)


def show_again(model: type[models.Model], ids: Collection[int]) -> None:
    """Bring the indexes in line with records that were hidden or are seen again."""
    resource = registry.find(key_of(model))
    if resource is not None and ids:
        indexes.refresh(resource, list(resource.model._default_manager.filter(pk__in=ids)))


# And back ------------------------------------------------------------------------------------------------------------


def move_back(merge: Merge) -> Telling:
    """Undo the moves of a merge, the last first: what points still to where it was moved goes back."""
    telling = Telling()
    for moved in merge.moves.order_by("-pk"):
        relation = _relation_of(moved)
        if relation is None:
            continue
        if moved.how == Moved.How.ASIDE:
            _bring_in(relation, [pk for pk, _other in moved.ids])
        elif moved.how == Moved.How.TAKEN:
            for values in moved.ids:
                row = relation.model()
                put_on(row, values)
                row.save(force_insert=True)
        else:
            _go_back(relation, moved, telling)
    Redirect.objects.filter(merge_id=merge.pk).delete()
    return telling


def _go_back(relation: Relation, moved: Moved, telling: Telling) -> None:
    assert moved.to_id is not None
    for start in range(0, len(moved.ids), BATCH):
        batch = moved.ids[start : start + BATCH]
        rows = relation.rows([moved.to_id]).filter(pk__in=batch)
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        _point(relation, rows, moved.from_id)
        telling.moved(relation, ids, moved.to_id, moved.from_id)
        reindex(relation, ids)


def _bring_in(relation: Relation, ids: Sequence[int]) -> None:
    relation.model._default_manager.filter(pk__in=ids).update(deleted_at=None)
    show_again(relation.model, ids)


def _relation_of(moved: Moved) -> Relation | None:
    """Where rows moved, if there is such a table still."""
    model: Any
    number = int(moved.column.partition(".")[2] or 0)
    if "." in moved.model:
        try:
            model = apps.get_model(moved.model)
        except LookupError:
            return None
    else:
        resource = registry.find(moved.model)
        model = resource.model if resource else None
    if model is None:
        return None
    column = COLUMN if number else moved.column
    attributes = {one.attname: one for one in model._meta.concrete_fields}
    if column not in attributes:
        return None
    is_reference = not number and attributes[column].remote_field is None
    return Relation(model, column, moved.target, ties.Move(), number=number, is_reference=is_reference)


def assign(relation: Relation, ids: Sequence[int], before: int, after: int, telling: Telling) -> None:
    """Have rows that came after the merge point to another record."""
    _point(relation, relation.rows([before]).filter(pk__in=ids), after)
    telling.moved(relation, ids, before, after)
    reindex(relation, ids)
