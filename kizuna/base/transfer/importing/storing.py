"""A planned batch stored, or foreseen: the two things that can be done with one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kizuna.base.records import services as records
from kizuna.base.resources.fields import Relation
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer import remarks
from kizuna.base.transfer.importing import repeats
from kizuna.base.transfer.importing.fates import Planned
from kizuna.base.transfer.importing.foreseen import Group
from kizuna.base.transfer.importing.made import number
from kizuna.base.transfer.importing.matching import ways
from kizuna.base.transfer.importing.plans import Plan
from kizuna.base.transfer.verdicts import Verdict


def store(plan: Plan, planned: Planned) -> None:
    """Write a planned batch, inside the caller's transaction.

    Raises what the database or a handler raises when it refuses a row that looked fine; the caller rolls back and
    tries the rows one by one.
    """
    stored = _store_made(plan, planned)
    if stored:
        changed = [one.record for one in planned.changed.values()]
        for related in plan.related.values():
            _point(related.relation, [*planned.new, *changed], stored)
    plan.settle(stored)
    if planned.new:
        records.create_many(actor=plan.actor, resource=plan.resource, records=planned.new, is_settled=True)
    changed_rows = [
        (one.record, one.before)
        for one in planned.changed.values()
        if any(fate.verdict == Verdict.UPDATE for fate in one.fates)
    ]
    if changed_rows:
        records.store_changes(actor=plan.actor, resource=plan.resource, changed=changed_rows)
    said = [(fate.record, fate.remarks) for fate in planned.fates if fate.remarks]
    if said:
        remarks.keep(plan.actor, plan.resource, said)
    further = [(fate.record, fate.further) for fate in planned.fates if fate.further]
    if further and (how := repeats.of(plan.resource)):
        how.keep(plan.actor, further)


def _store_made(plan: Plan, planned: Planned) -> dict[int, int]:
    """Store the related records that rows need; their ids by number."""
    used = planned.made.used
    by_kind: dict[Resource, list[Any]] = {}
    for one in used.values():
        by_kind.setdefault(one.resource, []).append(one.record)
    for resource, found in by_kind.items():
        records.create_many(actor=plan.actor, resource=resource, records=found, is_settled=True)
    return {number: one.record.pk for number, one in used.items()}


def _point(relation: Relation, rows: Iterable[Any], stored: Mapping[int, int]) -> None:
    for record in rows:
        pk = relation.read(record)
        if pk is not None and pk < 0:
            relation.assign(record, stored[pk])


def foresee(plan: Plan, planned: Planned) -> None:
    """Remember a planned batch of a dry run for the rows that follow, as if it had been stored."""
    assert plan.foreseen is not None
    made: dict[Resource, list[Any]] = {}
    for found, one in planned.made.used.items():
        one.record.pk = found
        made.setdefault(one.resource, []).append(one.record)
    for record in planned.new:
        record.pk = number()
    changed = [one.record for one in planned.changed.values()]
    groups = [Group(resource, rows, ways(resource), are_new=True) for resource, rows in made.items()]
    groups.append(Group(plan.resource, planned.new, ways(plan.resource), are_new=True))
    groups.append(Group(plan.resource, changed, ways(plan.resource), are_new=False))
    plan.foreseen.remember(groups)
    plan.foreseen.hear((fate.record.pk, name) for fate in planned.fates for name in fate.remarks)
