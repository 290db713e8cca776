"""Changes to records: one with its version checked, or many in batches."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.events import Change, Touched, publish
from kizuna.base.records import indexes
from kizuna.base.records.events import RecordsUpdated
from kizuna.base.records.models import Record, RecordQuerySet
from kizuna.base.records.rereading import reread
from kizuna.base.records.services.storing import store_changes
from kizuna.base.records.services.wholes import hold_wholes
from kizuna.base.records.values import columns_apart, refusal, settle, understand
from kizuna.base.resources import lines, registry
from kizuna.base.resources.fields import Field
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Denied, Invalid, Missing, Stale
from kizuna.base.types.verdicts import Verdicts

BATCH = 500

Changes = dict[str, Change]


@transaction.atomic
def update(*, actor: Any, record: Record, changes: Mapping[str, Any], version: int | None = None) -> Record:
    """Change fields of a record from raw values. Nothing is written when nothing differs.

    `version` is the one the actor saw; when somebody changed the record since, Stale is raised with the record as it
    is now. What it answers holds what handlers made of the row, too. Raises also Missing, Denied, or Invalid with a
    message per field.
    """
    resource = registry.of(record)
    policy.check(actor, "update", record)
    rows = resource.model._default_manager.live().filter(pk=record.pk)
    hold_wholes(rows)
    current = rows.select_for_update().first()
    if current is None:
        raise Missing()
    if version is not None and current.version != version:
        raise Stale(current)
    parsed = understand(actor=actor, resource=resource, values=changes, is_new=False, record=current)
    before = dict(current.__dict__)
    changed = _apply(actor, current, parsed)
    if changed:
        if columns_apart(resource, changed) is None:
            settle(current, resource)
        columns = _differing(current, before)
        current.save(update_fields=columns)
        with reread(current):
            indexes.refresh(resource, [current], columns=columns)
            _announce(actor, resource, current, changed)
    return current


def _apply(actor: Any, record: Record, values: Mapping[Field, Any]) -> Changes:
    """Assign values, returning `{field: Change(before, after)}` in JSON form for those that differ."""
    changed: Changes = {}
    for field, value in values.items():
        before = field.to_json(field.read(record))
        if field.name == "owner":
            policy.check_owner(actor, type(record), "update", value)
        field.assign(record, value)
        after = field.to_json(field.read(record))
        if before != after:
            _check_stays(field)
            changed[field.name] = Change(before, after)
    if changed:
        record.version += 1
        record.updated_at = timezone.now()
        record.updated_by_id = actor.pk
    return changed


def _differing(record: Record, before: Mapping[str, Any]) -> set[str]:
    """The columns in which a record is not what its `__dict__` held before."""
    names = (column.attname for column in record._meta.concrete_fields)
    return {name for name in names if record.__dict__[name] != before[name]}


def _announce(actor: Any, resource: Any, record: Record, changed: Changes) -> None:
    publish(
        RecordsUpdated(resource=resource.key, ids=(record.pk,), fields=tuple(sorted(changed))),
        subjects=[Touched(resource.key, record.pk, changed)],
        by=actor,
    )


# Many at once -------------------------------------------------------------------------------------------------------


@transaction.atomic
def update_many(*, actor: Any, queryset: RecordQuerySet, changes: Mapping[str, Any]) -> int:
    """Give the same values to every row of `queryset` that the actor may change in bulk; returns how many changed.

    A value may also be `{"add": [...]}` or `{"remove": [...]}` for tags. Raises Denied, or Invalid when the values
    cannot be accepted or one of the records cannot have them.
    """
    resource = registry.of(queryset.model)
    edit = Edit(actor, resource, changes)
    done, last = 0, 0
    while batch := list(edit.permitted(queryset).filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        found = change_each(actor=actor, resource=resource, batch=[(record, edit.values(record)) for record in batch])
        if found.refused:
            raise Invalid({"": list(dict.fromkeys(found.refused.values()))})
        done += len(found.done)
    return done


class Edit:
    """The same change for many records, its values understood once. Raises Denied or Invalid."""

    def __init__(self, actor: Any, resource: Resource, changes: Mapping[str, Any]) -> None:
        self.actor, self.resource = actor, resource
        permissions = policy.permissions_of(actor)
        if not (permissions.can(resource.key, "bulk") and permissions.can(resource.key, "update")):
            raise Denied()
        self._adjusted = {name: value for name, value in changes.items() if _adjusts(value)}
        self._known: dict[Any, dict[Field, Any]] = {}
        for name, how in self._adjusted.items():
            self._understood({name: list(how.get("add", []))})
        self._plain = self._understood({name: value for name, value in changes.items() if name not in self._adjusted})
        for field, value in self._plain.items():
            if field.name == "owner":
                policy.check_owner(actor, resource.model, "update", value)

    @property
    def names(self) -> set[str]:
        """The fields it changes."""
        return {field.name for field in self._plain} | self._adjusted.keys()

    def permitted(self, rows: RecordQuerySet) -> RecordQuerySet:
        """The rows among these that the actor may change in bulk, in order, and held."""
        found = rows.live().permitted(self.actor, "bulk").permitted(self.actor, "update")
        return as_needed(found, self.resource, self.names).order_by("pk").select_for_update(of=("self",))

    def values(self, record: Record) -> dict[Field, Any]:
        """What this record gets: the values, and tags beside or without those that it has."""
        found = dict(self._plain)
        for name, how in self._adjusted.items():
            present = tuple(self.resource.fields[name].read(record) or ())
            if (name, present) not in self._known:
                self._known[name, present] = self._understood({name: self._words(name, present, how)}, record)
            found |= self._known[name, present]
        return found

    def _words(self, name: str, present: Sequence[Any], how: Mapping[str, Any]) -> list[Any]:
        field = self.resource.fields[name]
        gone = field.keys(how.get("remove", []))
        kept = [word for word in present if not field.keys([word]) <= gone] if gone else list(present)
        return kept + list(how.get("add", []))

    def _understood(self, values: Mapping[str, Any], record: Record | None = None) -> dict[Field, Any]:
        return understand(actor=self.actor, resource=self.resource, values=values, is_new=False, record=record)


def _adjusts(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value.keys() & {"add", "remove"})


def as_needed(rows: RecordQuerySet, resource: Resource, names: Collection[str]) -> RecordQuerySet:
    """Rows of which these fields are to change, with no more columns than that takes: all of them for an index."""
    columns = columns_apart(resource, names)
    if columns is None or indexes.are_read(resource, columns):
        return rows
    return rows.only("pk", "version", *columns)


def change_each(*, actor: Any, resource: Resource, batch: Sequence[tuple[Record, Mapping[Field, Any]]]) -> Verdicts:
    """Give each record the parsed values beside it; one that would not be right then stays as it is, and is named.

    The caller has locked the rows. Raises Denied when the actor may not update one of them.
    """
    found = Verdicts()
    changed = []
    is_apart = columns_apart(resource, {field.name for _record, values in batch for field in values}) is not None
    for record, values in batch:
        before = dict(record.__dict__)
        try:
            is_changed = _assign(record, values)
            if is_changed and not is_apart:
                settle(record, resource)
        except Invalid as problem:
            record.__dict__ = before
            found.refused[record.pk] = _words(resource, problem)
            continue
        if is_changed:
            changed.append((record, before))
            found.done.append(record.pk)
        else:
            found.unchanged.append(record.pk)
    if changed:
        store_changes(actor=actor, resource=resource, changed=changed)
    return found


def _assign(record: Record, values: Mapping[Field, Any]) -> bool:
    is_changed = False
    for field, value in values.items():
        if why := refusal(field, record, value):
            raise Invalid({field.name: [why]})
        before = field.read(record)
        field.assign(record, value)
        after = field.read(record)
        if before != after and field.to_json(before) != field.to_json(after):
            _check_stays(field)
            is_changed = True
    return is_changed


def _check_stays(field: Field) -> None:
    if lines.belongs_by(field):
        raise Invalid({field.name: [_("A line stays where it is: remove it here, and add one there.")]})


def _words(resource: Resource, problem: Invalid) -> str:
    """What is wrong with a record, in a sentence that names the fields."""
    said = []
    for path, messages in problem.errors.items():
        field = resource.fields.get(path.partition(".")[0])
        said += [f"{field.label}: {message}" if field else str(message) for message in messages]
    return " ".join(dict.fromkeys(said))
