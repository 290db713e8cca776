"""What there is to know before and after a merge: the records, when their fields changed, what hangs on them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from kizuna.base.access import policy
from kizuna.base.events.models import Subject
from kizuna.base.merging import parts
from kizuna.base.merging.models import Merge, Moved
from kizuna.base.merging.outcome import Outcome, compute
from kizuna.base.merging.relations import Relation, relations_to
from kizuna.base.records.models import Record
from kizuna.base.resources import redirects, registry
from kizuna.base.resources.models import Redirect
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Invalid, Missing, Refused, fill

MERGE = "merge"
MOST = 5
PAGE_SIZE = 50
LATER = 50
LOOKED_AT = 500
"""Entries of the history that are read to tell what changed last; what changed before them counts as old."""
_TOO_MANY = ngettext_lazy(
    "At most %(count)d record can be merged at once.", "At most %(count)d records can be merged at once.", "count"
)


@dataclass(frozen=True)
class Hanging:
    """How many rows of one kind hang on each record, and move."""

    relation: Relation
    counts: Mapping[int, int]

    @property
    def label(self) -> Any:
        resource = self.relation.resource
        return resource.plural_label if resource else self.relation.called


@dataclass(frozen=True)
class Preview:
    outcome: Outcome
    hanging: tuple[Hanging, ...]
    told: tuple[parts.Told, ...]
    problem: Invalid | None = None
    """Why the record cannot be as the outcome has it: something else must be chosen."""

    @property
    def versions(self) -> dict[int, int]:
        return {record.pk: record.version for record in self.outcome.records}

    @property
    def moving(self) -> int:
        """How many rows move to the record that stays."""
        kept = self.outcome.survivor.pk
        return sum(count for one in self.hanging for pk, count in one.counts.items() if pk != kept)


def may_merge(actor: Any, resource: Resource) -> bool:
    """Whether the actor may merge at least some records of a kind."""
    permissions = policy.permissions_of(actor)
    return resource.mergeable and all(permissions.can(resource.key, one) for one in (MERGE, "update"))


def to_merge(actor: Any, resource: Resource, ids: Sequence[int]) -> list[Record]:
    """The records with these ids, in this order, all of which the actor may merge. Raises Missing, Denied, or Refused
    for one that was merged already, and for too few or too many."""
    check_kind(resource)
    wanted = list(dict.fromkeys(ids))
    if len(wanted) < 2:
        raise Refused(_("Choose at least two different records."))
    if len(wanted) > MOST:
        raise Refused(fill(_TOO_MANY, {"count": MOST}))
    rows = resource.visible_to(actor)
    found = {record.pk: record for record in rows.filter(pk__in=wanted)}
    for pk in wanted:
        if pk not in found:
            raise gone(actor, resource, pk)
    for record in found.values():
        for operation in (MERGE, "update"):
            policy.check(actor, operation, record)
    return [found[pk] for pk in wanted]


def check_kind(resource: Resource) -> None:
    if not resource.mergeable:
        raise Refused(_("Records of this kind cannot be merged."))


def merged_into(actor: Any, resource: Resource, record_id: int) -> int | None:
    """The record that a merged one lives on in, if the actor may see it."""
    into = redirects.survivor(resource.key, record_id) if resource.has_trash else None
    return into if into and resource.visible_to(actor).filter(pk=into).exists() else None


def gone(actor: Any, resource: Resource, record_id: int) -> Refused | Missing:
    """What to say of a record that is not there: that it was merged, to those who may know into what."""
    if merged_into(actor, resource, record_id) is None:
        return Missing()
    return Refused(fill(_("Record %(id)d was merged into another one already."), {"id": record_id}))


def preview(
    *,
    actor: Any,
    resource: Resource,
    survivor: Record,
    others: Sequence[Record],
    choices: Mapping[str, Any] | None = None,
) -> Preview:
    """What a merge would do, as far as the actor may know. A fixed number of queries. Raises Invalid."""
    records = [survivor, *others]
    outcome, problem = compute(resource, survivor, others, choices, ages(resource, records)), None
    try:
        outcome = outcome.settled()
    except Invalid as found:
        problem = found
    told = tuple(line for part in parts.registered() for line in part.foresee(actor, resource, records))
    return Preview(outcome, tuple(hanging(actor, resource, [record.pk for record in records])), told, problem)


def ages(resource: Resource, records: Sequence[Record]) -> Mapping[tuple[int, str], dt.datetime]:
    """When each field of each record changed last, by the history; what never did, when the record came."""
    came = {record.pk: record.created_at for record in records}
    found: dict[tuple[int, str], dt.datetime] = _Ages(came)
    rows = Subject.objects.filter(resource=resource.key, record_id__in=list(came), changes__isnull=False)
    newest = rows.order_by("-event_id").values_list("record_id", "changes", "event__occurred_at")[:LOOKED_AT]
    for record_id, changes, moment in newest:
        for name in changes or ():
            found.setdefault((record_id, name), moment)
    return found


class _Ages(dict[tuple[int, str], dt.datetime]):
    def __init__(self, came: Mapping[int, dt.datetime]) -> None:
        super().__init__()
        self._came = came

    def __missing__(self, key: tuple[int, str]) -> dt.datetime:
        return self._came[key[0]]


def hanging(actor: Any, resource: Resource, ids: Sequence[int]) -> list[Hanging]:
    """What would move, of the kinds and rows that the actor may see. One query per kind."""
    found = []
    for relation in relations_to(resource.key):
        rows = _seen(actor, relation, ids)
        if rows is None or relation.model is Redirect:
            continue
        counted = rows.order_by().values_list(relation.path).annotate(rows=Count("pk"))
        counts = {pk: count for pk, count in counted if pk in ids}
        if counts:
            found.append(Hanging(relation, counts))
    return found


def _seen(actor: Any, relation: Relation, ids: Sequence[int]) -> QuerySet | None:
    """The rows of one kind that the actor may know of; None for what is no business of people who merge."""
    rows = relation.rows(ids)
    if relation.is_record:
        if relation.resource is None:
            return None
        if not policy.permissions_of(actor).can(relation.resource.key, "read"):
            return None
        return rows.filter(relation.resource.visible_predicate(actor))
    is_personal = any(one.name == "user" for one in relation.model._meta.local_concrete_fields)
    if is_personal:
        return None
    has_trash = any(one.name == "deleted_at" for one in relation.model._meta.local_concrete_fields)
    return rows.filter(deleted_at__isnull=True) if has_trash else rows


# Merges that were made ----------------------------------------------------------------------------------------------


def merges(
    actor: Any, *, resource: Resource | None = None, before: int | None = None, size: int = PAGE_SIZE
) -> list[Merge]:
    """Merges whose record the actor may see, the newest first, those that were taken apart too."""
    kinds = [resource] if resource else [one for one in registry.all_resources() if one.mergeable]
    seen = Q(pk__in=())
    for kind in kinds:
        if policy.permissions_of(actor).can(kind.key, "read"):
            rows = kind.model._default_manager.permitted(actor, "read").values("pk")
            seen |= Q(resource=kind.key, survivor_id__in=rows)
    rows = Merge.objects.filter(seen)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.select_related("merged_by", "undone_by").order_by("-pk")[:size])


def made_already(actor: Any, resource: Resource, ids: Sequence[int]) -> Merge | None:
    """The merge of these records, the one that stays first, that this person made: the same one was sent twice."""
    survivor, *others = ids
    rows = Merge.objects.filter(resource=resource.key, survivor_id=survivor, undone_at__isnull=True, merged_by=actor.pk)
    last = rows.order_by("-pk").first()
    return last if last and sorted(last.others) == sorted(others) else None


def find_merge(actor: Any, merge_id: int) -> tuple[Merge, Resource]:
    """A merge whose record the actor may see. Raises Missing."""
    merge = Merge.objects.select_related("merged_by", "undone_by").filter(pk=merge_id).first()
    resource = registry.find(merge.resource) if merge else None
    if merge is None or resource is None:
        raise Missing()
    if not resource.model._default_manager.permitted(actor, "read").filter(pk=merge.survivor_id).exists():
        raise Missing()
    return merge, resource


@dataclass(frozen=True)
class Newcomer:
    """A record that came to hang on the survivor after the merge, and to which of them it may belong."""

    relation: Relation
    record: Any

    @property
    def key(self) -> str:
        return f"{self.record._meta.model_name}:{self.record.pk}:{self.relation.field}"


def newcomers(actor: Any, merge: Merge) -> list[Newcomer]:
    """What came to hang on the record that stays since the merge, as far as the actor may see it: at most `LATER` of
    each kind, the newest first."""
    known: dict[tuple[str, str], set[int]] = defaultdict(set)
    for moved in merge.moves.filter(how=Moved.How.MOVED):
        known[moved.model, moved.column].update(moved.ids)
    found = []
    for relation in relations_to(merge.resource):
        if relation.resource is None:
            continue
        rows = _seen(actor, relation, [merge.survivor_id])
        if rows is None:
            continue
        since = rows.filter(created_at__gt=merge.merged_at).order_by("-pk")[:LATER]
        old = known[relation.label, relation.name]
        found += [Newcomer(relation, row) for row in since if row.pk not in old]
    return found
