"""Taking a merge apart, at any time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.events import Change, Touched, acting, publish
from kizuna.base.merging import images, parts, queries
from kizuna.base.merging.events import RecordsUnmerged
from kizuna.base.merging.models import Merge
from kizuna.base.merging.queries import MERGE, Newcomer
from kizuna.base.merging.services import moving
from kizuna.base.merging.services.moving import Telling
from kizuna.base.records import indexes
from kizuna.base.records.models import CustomField, Record
from kizuna.base.records.values import settle
from kizuna.base.resources import redirects, registry
from kizuna.base.resources.resource import Resource
from kizuna.base.types.custom_values import COLUMN
from kizuna.base.types.errors import Invalid, Missing, Refused


def unmerge_records(
    *,
    actor: Any,
    merge: Merge,
    assignments: Mapping[str, int] | None = None,
    put_back: Collection[str] = (),
) -> Merge:
    """Bring the records of a merge back as they were, and what moved from them.

    What was changed on the survivor since stays there, unless `put_back` names the field. What came to hang on it
    since stays there too, unless `assignments` ({"note:7:contact": id}, the keys of `queries.newcomers`) give it to one
    of the others. A merge that was taken apart already stays so. Raises Missing, Denied, Invalid, or Refused with the
    reason.
    """
    with transaction.atomic(), acting(actor):
        current, resource = _found(actor, merge)
        if current.is_undone:
            return current
        survivor = _checked(actor, resource, current)
        given = _understood(actor, current, assignments or {})
        try:
            with transaction.atomic():
                return _take_apart(actor, resource, current, survivor, given, put_back)
        except IntegrityError as error:
            message = _("Something that was added since takes the place of what was there before. Remove it first.")
            raise Refused(message) from error


def _found(actor: Any, merge: Merge) -> tuple[Merge, Resource]:
    current = Merge.objects.select_for_update().filter(pk=merge.pk).first()
    resource = registry.find(current.resource) if current else None
    if current is None or resource is None:
        raise Missing()
    return current, resource


def _checked(actor: Any, resource: Resource, merge: Merge) -> Record:
    """The survivor, locked, if the merge can be taken apart by this person now."""
    ids = sorted([merge.survivor_id, *merge.others])
    rows = {
        one.pk: one
        for one in resource.model._default_manager.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    }
    survivor = rows.get(merge.survivor_id)
    if survivor is None or len(rows) < len(ids):
        raise Missing()
    for operation in (MERGE, "update"):
        policy.check(actor, operation, survivor)
    if merge.is_forgotten:
        raise Refused(_("What these records were is not known any more, so they cannot be taken apart."))
    if redirects.survivor(merge.resource, merge.survivor_id) is not None:
        raise Refused(_("The record was merged into another one later. Take that merge apart first."))
    if survivor.is_deleted:
        raise Refused(_("The record lies in the trash. Bring it back first."))
    return survivor


def _understood(actor: Any, merge: Merge, assignments: Mapping[str, int]) -> list[tuple[Newcomer, int]]:
    """What goes to whom. Raises Invalid."""
    if not assignments:
        return []
    known = {one.key: one for one in queries.newcomers(actor, merge)}
    errors = {}
    found = []
    for key, raw in assignments.items():
        if key not in known:
            errors[f"assignments.{key}"] = [_("This is nothing that came after the merge.")]
        elif str(raw) not in {str(pk) for pk in (merge.survivor_id, *merge.others)}:
            errors[f"assignments.{key}"] = [_("Choose one of the records.")]
        elif int(raw) != merge.survivor_id:
            found.append((known[key], int(raw)))
    if errors:
        raise Invalid(errors)
    return found


def _take_apart(
    actor: Any,
    resource: Resource,
    merge: Merge,
    survivor: Record,
    given: list[tuple[Newcomer, int]],
    put_back: Collection[str],
) -> Merge:
    was = images.image(survivor)
    changes = _bring_back(actor, resource, merge, survivor, put_back)
    telling = moving.move_back(merge)
    _assign(merge, given, telling)
    resource.model._default_manager.filter(pk__in=merge.others).update(deleted_at=None)
    everyone = list(resource.model._default_manager.filter(pk__in=[survivor.pk, *merge.others]))
    indexes.refresh(resource, everyone)
    for part in parts.registered():
        part.unmerged(merge, merge.kept.get(part.name))
    became = next(images.image(one) for one in everyone if one.pk == survivor.pk)
    _adjust_later(resource, merge, was, became)
    merge.undone_at, merge.undone_by_id = timezone.now(), actor.pk
    merge.save(force_update=True)
    _tell(actor, merge, changes, telling)
    return merge


def _bring_back(
    actor: Any, resource: Resource, merge: Merge, survivor: Record, put_back: Collection[str]
) -> dict[str, Change]:
    """The survivor without what the merge did to it."""
    before, after = _without_purged(merge.before), _without_purged(merge.after)
    now = images.image(survivor)
    told = {name: field.to_json(field.read(survivor)) for name, field in resource.fields.items() if field.editable}
    wanted = images.columns_of(resource, put_back)
    found, _kept = images.taken_back(resource, before, after, now, wanted=wanted)
    is_untouched = images.says_the_same(resource.model, now, after)
    images.put_on(survivor, before if is_untouched else found)
    survivor.version += 1
    if not is_untouched:
        settle(survivor, resource)
        survivor.updated_at, survivor.updated_by_id = timezone.now(), actor.pk
    survivor.save(force_update=True)
    changes = {}
    for name, value in told.items():
        new = resource.fields[name].to_json(resource.fields[name].read(survivor))
        if new != value:
            changes[name] = Change(value, new)
    return changes


def _without_purged(image: Mapping[str, Any]) -> images.Image:
    """Values of fields that are gone for good do not come back."""
    custom = image.get(COLUMN) or {}
    there = {f"f{pk}" for pk in CustomField.objects.values_list("pk", flat=True)} if custom else set()
    return {**image, COLUMN: {slot: value for slot, value in custom.items() if slot in there}}


def _assign(merge: Merge, given: list[tuple[Newcomer, int]], telling: Telling) -> None:
    together: dict[Any, list[int]] = defaultdict(list)
    for newcomer, record_id in given:
        together[newcomer.relation, record_id].append(newcomer.record.pk)
    for (relation, record_id), ids in together.items():
        moving.assign(relation, ids, merge.survivor_id, record_id, telling)


def _adjust_later(resource: Resource, merge: Merge, was: images.Image, became: images.Image) -> None:
    """Later merges into the same record remember it without what this one had brought; the one that left it as it was
    until now, as it became: what follows from the rest (the city of the main address) was settled anew."""
    rows = Merge.objects.filter(resource=merge.resource, survivor_id=merge.survivor_id, pk__gt=merge.pk)
    for later in rows.filter(undone_at__isnull=True).select_for_update():
        if later.is_forgotten:
            continue
        is_last = images.says_the_same(resource.model, later.after, was)
        for name in ("before", "after"):
            found, _kept = images.taken_back(resource, merge.before, merge.after, getattr(later, name))
            setattr(later, name, found)
        if is_last:
            later.after = became | images.stamps_of(later.after)
        if images.same_stamps(later.before, merge.after):
            later.before |= images.stamps_of(merge.before)
        later.save(force_update=True)


def kept_since(resource: Resource, merge: Merge, survivor: Record) -> list[str]:
    """The fields that were changed since the merge, and would stay as they are."""
    now = images.image(survivor)
    _found, kept = images.taken_back(resource, merge.before, merge.after, now)
    return images.fields_behind(resource, kept)


def _tell(actor: Any, merge: Merge, changes: Mapping[str, Change], telling: Telling) -> None:
    told = RecordsUnmerged(
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
