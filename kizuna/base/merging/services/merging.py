"""Making one record of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.events import Change, Touched, acting, publish
from kizuna.base.merging import parts, queries
from kizuna.base.merging.events import RecordsMerged
from kizuna.base.merging.images import image
from kizuna.base.merging.models import Merge
from kizuna.base.merging.outcome import Outcome, compute
from kizuna.base.merging.queries import Preview
from kizuna.base.merging.services.moving import Telling, move_all
from kizuna.base.records import indexes
from kizuna.base.records.models import Record
from kizuna.base.resources.fields import Field
from kizuna.base.resources.models import Redirect
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Invalid, Stale


def merge_records(
    *,
    actor: Any,
    resource: Resource,
    survivor: Record,
    others: Sequence[Record],
    choices: Mapping[str, Any] | None = None,
    versions: Mapping[int, int] | None = None,
    dry_run: bool = False,
) -> Merge | Preview:
    """Make one record of two to five. `choices` say which record's value stays, by field ({"phones": "all"} unites),
    where the rule shall not; `versions` are those that the actor saw. The others stay where they are, out of sight, and
    their ids lead to the survivor for ever. With `dry_run` nothing happens: the preview comes back.

    The same merge again is the merge that was made. Raises Missing, Denied, Refused, Invalid, or Stale when one of the
    records changed since.
    """
    ids = [survivor.pk, *(record.pk for record in others)]
    with transaction.atomic(), acting(actor):
        if not dry_run:
            _lock(resource, ids)
            if made := queries.made_already(actor, resource, ids):
                return made
        found = queries.to_merge(actor, resource, ids)
        _check_versions(found, versions or {})
        _check_choices(actor, resource, choices or {})
        if dry_run:
            return queries.preview(actor=actor, resource=resource, survivor=found[0], others=found[1:], choices=choices)
        return _merge(actor, resource, found, choices)


def _lock(resource: Resource, ids: Sequence[int]) -> None:
    """In the order of their ids, so that two merges wait for each other instead of for ever."""
    rows = resource.model._default_manager.filter(pk__in=ids).order_by("pk")
    list(rows.select_for_update(of=("self",)).values_list("pk"))


def _check_versions(records: Sequence[Record], versions: Mapping[int, int]) -> None:
    for record in records:
        if versions.get(record.pk, record.version) != record.version:
            raise Stale(record, _("Somebody changed one of these records in the meantime. Look at them again."))


def _check_choices(actor: Any, resource: Resource, choices: Mapping[str, Any]) -> None:
    """Nobody chooses the value of a field that they may not change, or learns that there is one."""
    writable, readable = resource.writable_fields(actor), resource.readable_fields(actor)
    errors = {}
    for name in choices:
        if name not in readable:
            errors[name] = [_("There is no such field to choose for.")]
        elif resource.fields[name].editable and name not in writable:
            errors[name] = [_("This cannot be changed.")]
    if errors:
        raise Invalid(errors)


def _merge(actor: Any, resource: Resource, records: Sequence[Record], choices: Mapping[str, Any] | None) -> Merge:
    survivor, *others = records
    outcome = compute(resource, survivor, others, choices, queries.ages(resource, records))
    merge = Merge(
        resource=resource.key,
        survivor_id=survivor.pk,
        others=[record.pk for record in others],
        titles={str(record.pk): str(record) for record in records},
        before=image(survivor),
        merged_by_id=actor.pk,
    )
    merge.save(force_insert=True)
    merge.kept = {part.name: part.merged(merge, records) for part in parts.registered()}
    _hide(resource, merge, others)
    changes = _keep(actor, resource, outcome)
    telling = move_all(merge, resource, {record.pk: survivor.pk for record in others})
    merge.after = image(resource.model._default_manager.get(pk=survivor.pk))
    indexes.refresh(resource, [survivor, *others])
    _tell(actor, merge, changes, telling)
    return merge


def _hide(resource: Resource, merge: Merge, others: Sequence[Record]) -> None:
    """Out of sight before anything else, so that what stays may take over what only one may have."""
    ids = [record.pk for record in others]
    resource.model._default_manager.filter(pk__in=ids).update(deleted_at=merge.merged_at)
    for record in others:
        record.deleted_at = merge.merged_at
    Redirect.objects.bulk_create(
        Redirect(resource=resource.key, record_id=pk, into_id=merge.survivor_id, merge_id=merge.pk) for pk in ids
    )


def _keep(actor: Any, resource: Resource, outcome: Outcome) -> dict[str, Change]:
    """Give the survivor what stays; what differs, before and after."""
    survivor = outcome.survivor
    before = {name: _told(field, survivor) for name, field in resource.fields.items() if field.editable}
    changed = outcome.put_on(survivor)
    if changed:
        policy.check_owner(actor, resource.model, "update", survivor.owner_id)
    survivor.version += 1
    survivor.updated_at, survivor.updated_by_id = timezone.now(), actor.pk
    survivor.save(force_update=True)
    after = {name: _told(resource.fields[name], survivor) for name in before}
    return {name: Change(before[name], after[name]) for name in before if before[name] != after[name]}


def _told(field: Field, record: Record) -> Any:
    return field.to_json(field.read(record))


def _tell(actor: Any, merge: Merge, changes: Mapping[str, Change], telling: Telling) -> None:
    told = RecordsMerged(
        merge_id=merge.pk,
        resource=merge.resource,
        survivor_id=merge.survivor_id,
        others=tuple(merge.others),
        fields=tuple(sorted(changes)),
        moved=telling.count,
    )
    own = [Touched(merge.resource, merge.survivor_id, dict(changes))]
    own += [Touched(merge.resource, pk) for pk in merge.others]
    publish(told, subjects=[*own, *telling.subjects], by=actor)
    merge.moved_count = telling.count
    merge.save(force_update=True)
