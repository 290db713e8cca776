"""What one event of an import did, taken back: records to the trash, fields to what they held before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet

from kizuna.base.access import policy
from kizuna.base.events import EventRow, Subject, below
from kizuna.base.records import services as records
from kizuna.base.records.events import RecordsUpdated
from kizuna.base.resources.fields import Field
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.importing import repeats
from kizuna.base.transfer.models import Kept, State, Undoing
from kizuna.base.types.errors import Denied

_AS_MADE = 1  # the version of a record that nobody changed
_AT_ONCE = 2000  # of what hangs on records, so many are looked at together


@dataclass
class Taken:
    """How many records went to the trash, how many were put back, how many were as before already, and what stayed."""

    removed: int = 0
    restored: int = 0
    unchanged: int = 0
    kept: list[Kept] = field(default_factory=list)


# Created records ----------------------------------------------------------------------------------------------------


def remove(
    actor: Any,
    resource: Resource,
    ids: Sequence[int],
    updated: QuerySet[EventRow],
    others: QuerySet[EventRow],
    root: int,
) -> Taken:
    """Records that the import made go to the trash, where nobody changed them since and nothing new hangs on them.

    `updated` are the events by which the same import changed records, `others` those by which it did anything else,
    `root` the one that began it: what it set off later, such as giving leads to somebody, is nothing that somebody did,
    nor is what another import brought that was taken back.
    """
    rows = resource.model._default_manager.live().filter(pk__in=ids)
    live = set(rows.values_list("pk", flat=True))
    held = list(rows.permitted(actor, "delete").order_by("pk").select_for_update(of=("self",)))
    own = Counter(_subjects(resource, ids, updated).values_list("record_id", flat=True))
    strange = [record.pk for record in held if record.version != _AS_MADE + own[record.pk]]
    own |= _set_off(resource, strange, root)
    strange = [record.pk for record in held if record.version != _AS_MADE + own[record.pk]]
    own += _there_and_back(resource, strange, root)
    used = _in_use(resource, [record.pk for record in held], others, root)
    taken = Taken(kept=[_whole(resource, pk, Kept.Why.DENIED) for pk in sorted(live - {one.pk for one in held})])
    gone = []
    for record in held:
        if record.version != _AS_MADE + own[record.pk]:
            taken.kept.append(_whole(resource, record.pk, Kept.Why.CHANGED))
        elif record.pk in used:
            taken.kept.append(_whole(resource, record.pk, Kept.Why.USED))
        else:
            gone.append(record)
    records.trash_each(actor=actor, records=gone)
    taken.removed = len(gone)
    return taken


def _subjects(resource: Resource, ids: Collection[int], events: QuerySet[EventRow]) -> QuerySet[Subject]:
    return Subject.objects.filter(resource=resource.key, record_id__in=ids, event__in=events)


def _set_off(resource: Resource, ids: Sequence[int], root: int) -> Counter[int]:
    """How often each of these records was changed by the import, and by what it set off."""
    if not ids:
        return Counter()
    rows = Subject.objects.filter(resource=resource.key, record_id__in=ids, event_id__gt=root)
    told = list(rows.filter(event__name=RecordsUpdated.event_name).values_list("event_id", "record_id"))
    known = below(root, {event_id for event_id, _pk in told})
    return Counter(pk for event_id, pk in told if event_id in known)


def _there_and_back(resource: Resource, ids: Sequence[int], root: int) -> Counter[int]:
    """How often each of these records was changed by later imports that were taken back, and by that. Where something
    stayed of one of them, the record is not what it was."""
    found: Counter[int] = Counter()
    if not ids:
        return found
    rows = Subject.objects.filter(resource=resource.key, record_id__in=ids, event_id__gt=root)
    told = list(rows.filter(event__name=RecordsUpdated.event_name).values_list("event_id", "record_id"))
    events = {event_id for event_id, _pk in told}
    undone = Undoing.objects.filter(state=State.DONE, source__event_id__gt=root)
    for undoing_id, *roots in undone.values_list("pk", "source__event_id", "event_id"):
        known = set().union(*(below(one or 0, events) for one in roots))
        stayed = Kept.objects.filter(undoing=undoing_id, resource=resource.key, record_id__in=ids)
        left = set(stayed.values_list("record_id", flat=True))
        found += Counter(pk for event_id, pk in told if event_id in known and pk not in left)
    return found


def _in_use(resource: Resource, ids: Sequence[int], others: QuerySet[EventRow], root: int) -> set[int]:
    """Those among records to which live records of any kind point, but for what the import itself wrote down.

    The ids are those of one event, and lie together: their range is asked for, because thousands of numbers would be
    written, sent and read once for every kind that can point here.
    """
    if not ids:
        return set()
    found: set[int] = set()
    first, last = min(ids), max(ids)
    for related in resource.related_lists:
        try:
            column = related.resource.model._meta.get_field(related.field.path).attname
        except FieldDoesNotExist:
            continue  # a field that an administrator added: its values lie in JSON, and show nothing in the trash
        rows = related.resource.model._default_manager.filter(**{f"{column}__gte": first, f"{column}__lte": last})
        own = Subject.objects.filter(resource=related.resource.key, event__in=others)
        rows = rows.exclude(pk__in=own.values("record_id"))
        rows = rows.filter(deleted_at__isnull=True) if related.resource.has_trash else rows
        hanging = set(rows.order_by().values_list(column, flat=True).distinct()).intersection(ids) - found
        if hanging:
            found |= _by_others(related.resource, rows.filter(**{f"{column}__in": hanging}), column, root)
    return found


def _by_others(resource: Resource, rows: QuerySet[Any], column: str, root: int) -> set[int]:
    """What those of these rows point to that somebody wrote: not only the import, and what it set off."""
    found: set[int] = set()
    read = rows.order_by().values_list("pk", column).iterator(chunk_size=_AT_ONCE)
    while page := dict(islice(read, _AT_ONCE)):
        told = Subject.objects.filter(resource=resource.key, record_id__in=page, event_id__gt=root)
        written = list(told.values_list("record_id", "event_id"))
        known = below(root, {event_id for _pk, event_id in written})
        own = {pk for pk, _event_id in written} - {pk for pk, event_id in written if event_id not in known}
        found |= {at for pk, at in page.items() if pk not in own}
    return found


def _whole(resource: Resource, pk: int, why: Kept.Why) -> Kept:
    return Kept(resource=resource.key, record_id=pk, why=why)


# Changed records ----------------------------------------------------------------------------------------------------


Changes = Mapping[str, Sequence[Any]]
"""By field, what it held before and after."""


def changes_of(event_id: int) -> dict[int, Changes]:
    """What an event changed, by record."""
    told = Subject.objects.filter(event_id=event_id).values_list("record_id", "changes")
    return {pk: changes or {} for pk, changes in told}


def put_back(
    actor: Any,
    resource: Resource,
    changed: Mapping[int, Changes],
    created: QuerySet[EventRow],
    settled: Collection[tuple[int, str]] = (),
) -> Taken:
    """Every field that an event of the import changed gets what it held before, where it still holds what the import
    brought. `created` are the events by which the same import made records: those go as a whole. `settled` are
    (record, field) that are known to stay.
    """
    told = dict(changed)
    for pk in _subjects(resource, list(told), created).values_list("record_id", flat=True):
        told.pop(pk, None)
    rows = resource.model._default_manager.live().filter(pk__in=told)
    live = set(rows.values_list("pk", flat=True))
    held = list(rows.permitted(actor, "update").order_by("pk").select_for_update(of=("self",)))
    before = Before(actor, resource)
    batch = [(record, before.values(record, told[record.pk], settled)) for record in held]
    taken = Taken(kept=before.kept)
    may = {record.pk for record in held}
    for pk in sorted(told.keys() - may):
        why = Kept.Why.DENIED if pk in live else Kept.Why.GONE
        taken.kept += _fields(resource, pk, told[pk], why, settled)
    verdicts = records.change_each(actor=actor, resource=resource, batch=[one for one in batch if one[1]])
    for pk in verdicts.refused:
        taken.kept += _fields(resource, pk, told[pk], Kept.Why.REFUSED, settled)
    taken.restored = len(verdicts.done)
    stays = {one.record_id for one in taken.kept}
    taken.unchanged = sum(1 for record, values in batch if not values and record.pk not in stays)
    return taken


def unsay(
    actor: Any, resource: Resource, told: Sequence[EventRow], created: QuerySet[EventRow], updated: QuerySet[EventRow]
) -> Taken:
    """What rows added to what was said first is taken back, but of records that the import made: those go as a whole. A
    row that changed its record as well is one change."""
    how = repeats.of(resource)
    about = dict(Subject.objects.filter(event__in=told, resource=resource.key).values_list("event_id", "record_id"))
    whole = set(_subjects(resource, set(about.values()), created).values_list("record_id", flat=True))
    asked = [event for event in told if event.pk in about and about[event.pk] not in whole]
    if how is None or not asked:
        return Taken()
    done, kept = how.take_back(actor, asked)
    changed = set(_subjects(resource, set(done), updated).values_list("record_id", flat=True))
    gone = len(asked) - len(done) - len(kept)
    return Taken(restored=sum(pk not in changed for pk in done), unchanged=gone, kept=kept)


def remain(
    resource: Resource, said: Mapping[str, Any], created: QuerySet[EventRow], settled: Collection[tuple[int, str]]
) -> Taken:
    """What a `RemarksKept` tells stays with everybody of whom it was said: of records that the import made as well,
    but those go as a whole."""
    rows = resource.model._default_manager.live().filter(pk__in=said["ids"])
    live = set(rows.values_list("pk", flat=True))
    live -= set(_subjects(resource, live, created).values_list("record_id", flat=True))
    kept = [
        Kept(resource=resource.key, record_id=pk, field=said["name"], imported=True, now=True, why=Kept.Why.REFUSED)
        for pk in sorted(live)
        if (pk, said["name"]) not in settled
    ]
    return Taken(kept=kept)


def _fields(
    resource: Resource,
    pk: int,
    changes: Changes,
    why: Kept.Why,
    settled: Collection[tuple[int, str]],
) -> list[Kept]:
    return [
        Kept(resource=resource.key, record_id=pk, field=name, imported=after, why=why)
        for name, (_before, after) in changes.items()
        if (pk, name) not in settled
    ]


class Before:
    """The values that records had before an event, as far as they can be set; what cannot be is in `kept`."""

    def __init__(self, actor: Any, resource: Resource) -> None:
        self.actor, self.resource = actor, resource
        self.kept: list[Kept] = []
        self._writable = resource.writable_fields(actor)

    def values(self, record: Any, changes: Changes, settled: Collection[tuple[int, str]]) -> dict[Field, Any]:
        found: dict[Field, Any] = {}
        for name, (before, after) in changes.items():
            one = self.resource.fields.get(name)
            now = one.to_json(one.read(record)) if one else None
            if (record.pk, name) in settled or (one is not None and now == before):
                continue
            if one is None or name not in self._writable or not self._may_own(name, before):
                why = Kept.Why.REFUSED if one is None else Kept.Why.DENIED
                self._keep(record, name, after, now, why)
            elif now != after:
                self._keep(record, name, after, now, Kept.Why.CHANGED)
            else:
                found[one] = one.from_json(before)
        return found

    def _keep(self, record: Any, name: str, imported: Any, now: Any, why: Kept.Why) -> None:
        row = Kept(resource=self.resource.key, record_id=record.pk, field=name, imported=imported, now=now, why=why)
        self.kept.append(row)

    def _may_own(self, name: str, owner_id: Any) -> bool:
        if name != "owner":
            return True
        try:
            policy.check_owner(self.actor, self.resource.model, "update", owner_id)
        except Denied:
            return False
        return True
