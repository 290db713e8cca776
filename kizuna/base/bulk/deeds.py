"""What is done to a batch of records: changed, put in the trash, brought back, acted upon, put back as they were.

Each deed finds the rows that the actor may touch with one predicate inside the query, holds them, and answers what
became of every record asked for. A record that somebody else changed after the work began is left alone where that
matters: an edit leaves what others did to the same fields, a delete leaves every record that changed, and what is put
back must still be as the work had left it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from kizuna.base.access import policy
from kizuna.base.bulk.models import Operation, Sheet
from kizuna.base.events import Subject
from kizuna.base.records import returning
from kizuna.base.records import services as records
from kizuna.base.records.events import RecordsUpdated
from kizuna.base.records.models import Record
from kizuna.base.records.values import understand
from kizuna.base.resources import registry
from kizuna.base.resources.fields import Field
from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Denied, Invalid, Missing, Problem, Refused
from kizuna.base.types.verdicts import Verdicts

Versions = Mapping[int, int]
"""Records by id, with the version that each had when the work began."""


class Deed:
    """Made anew for every batch, so that rights that were taken meanwhile count. Raises Denied, Missing or Invalid."""

    batch = 2000
    at_once = 500
    right = "update"

    def __init__(self, sheet: Sheet, actor: Any) -> None:
        self.sheet, self.actor = sheet, actor
        self.resource = registry.get(sheet.resource)
        self.rows = self.resource.model._default_manager.all()
        permissions = policy.permissions_of(actor)
        offered = self.resource.has_trash and "bulk" in self.resource.operations
        if not offered or not all(permissions.can(self.resource.key, right) for right in ("bulk", self.right)):
            raise Denied()

    def do(self, versions: Versions) -> Verdicts:
        raise NotImplementedError

    def _held(self, rows: Any) -> list[Any]:
        """The rows that the actor may touch, in the order in which everybody holds rows."""
        records.hold_wholes(rows)
        found = rows.permitted(self.actor, "bulk").permitted(self.actor, self.right)
        return list(found.order_by("pk").select_for_update(of=("self",)))

    def _left_out(self, versions: Versions, found: Sequence[Record]) -> Verdicts:
        """Why the others are not among those found: not to be seen, or seen but not to be touched."""
        left = versions.keys() - {record.pk for record in found}
        if not left:
            return Verdicts()
        seen = set(self.resource.visible_to(self.actor).filter(pk__in=left).values_list("pk", flat=True))
        return Verdicts(refused={pk: str(Denied.message if pk in seen else Missing.message) for pk in sorted(left)})


class Edit(Deed):
    """The same values for all."""

    @cached_property
    def edit(self) -> records.Edit:
        return records.Edit(self.actor, self.resource, self.sheet.arguments["changes"])

    def __init__(self, sheet: Sheet, actor: Any) -> None:
        super().__init__(sheet, actor)
        if not self.edit.names:
            raise Invalid({"": [_("Say what is to change.")]})

    def do(self, versions: Versions) -> Verdicts:
        rows = records.as_needed(self.rows.live(), self.resource, self.edit.names)
        held = self._held(rows.filter(pk__in=versions))
        verdicts = self._left_out(versions, held)
        overtaken = self._overtaken([record for record in held if record.version != versions[record.pk]])
        words = _("Somebody changed the same while this was going on.")
        verdicts.refused |= dict.fromkeys(sorted(overtaken), words)
        batch = [(record, self.edit.values(record)) for record in held if record.pk not in overtaken]
        verdicts.add(records.change_each(actor=self.actor, resource=self.resource, batch=batch))
        return verdicts

    def _overtaken(self, changed: Sequence[Record]) -> set[int]:
        """Those among records that changed whose fields in question somebody else changed since the work began."""
        if not changed or not self.sheet.event_id:
            return set()
        since = Subject.objects.filter(
            resource=self.resource.key,
            record_id__in=[record.pk for record in changed],
            event_id__gt=self.sheet.event_id,
            event__name=RecordsUpdated.event_name,
        ).exclude(event__cause_id=self.sheet.event_id)
        told = since.values_list("record_id", "changes")
        return {pk for pk, changes in told if not self.edit.names.isdisjoint(changes or ())}


class Delete(Deed):
    """To the trash: what nobody changed since it was chosen."""

    right = "delete"

    def do(self, versions: Versions) -> Verdicts:
        held = self._held(self.rows.live().filter(pk__in=versions))
        verdicts = self._left_out(versions, held)
        gone = self.rows.trashed().permitted(self.actor, "delete").filter(pk__in=list(verdicts.refused))
        verdicts.unchanged = sorted(gone.values_list("pk", flat=True))
        for pk in verdicts.unchanged:
            del verdicts.refused[pk]
        same = [record for record in held if record.version == versions[record.pk]]
        words = _("Somebody changed this while it was being done. Look at it before you delete it.")
        verdicts.refused |= {record.pk: words for record in held if record.version != versions[record.pk]}
        verdicts.done = [record.pk for record in same]
        records.trash_each(actor=self.actor, records=same)
        return verdicts


class Restore(Deed):
    """Back from the trash."""

    right = "delete"

    def do(self, versions: Versions) -> Verdicts:
        held = self._held(self.rows.trashed().filter(pk__in=versions))
        verdicts = self._left_out(versions, held)
        live = self.rows.visible_to(self.actor).filter(pk__in=list(verdicts.refused))
        verdicts.unchanged = sorted(live.values_list("pk", flat=True))
        for pk in verdicts.unchanged:
            del verdicts.refused[pk]
        staying = returning.barred(self.resource, [record.pk for record in held])
        verdicts.refused |= staying
        held = [record for record in held if record.pk not in staying]
        if len(held) == 1:
            records.restore(actor=self.actor, record=held[0])  # says in words why there is no room
        else:
            records.bring_back_each(actor=self.actor, records=held)
        verdicts.done = [record.pk for record in held]
        return verdicts


class Act(Deed):
    """A verb of a room: each has a meaning of its own, and its service decides. One record after the other, but for
    verbs that say how they are done to many."""

    batch = 50
    at_once = 100

    def __init__(self, sheet: Sheet, actor: Any) -> None:
        found = registry.get(sheet.resource).action(sheet.action)
        if found is None or not found.is_bulk:
            raise Missing()
        self.action, self.right = found, found.name
        if found.many is not None:
            self.batch, self.at_once = Deed.batch, Deed.at_once
        super().__init__(sheet, actor)
        self.arguments = found.understand(sheet.arguments["arguments"], Reader.of(actor))

    def do(self, versions: Versions) -> Verdicts:
        held = self._held(self.rows.visible_to(self.actor).filter(pk__in=versions))
        verdicts = self._left_out(versions, held)
        if self.action.many is not None:
            if held:
                done = self.action.carry_out_many(actor=self.actor, records=held, arguments=self.arguments)
                verdicts.add(done)
            return verdicts
        for record in held:
            try:
                self.action.carry_out(actor=self.actor, record=record, arguments=self.arguments)
                verdicts.done.append(record.pk)
            except Problem as problem:
                verdicts.refused[record.pk] = words_of(problem)
        return verdicts


class PutBack(Deed):
    """Every field as it was before another sheet, where it still is as that sheet had left it."""

    def __init__(self, sheet: Sheet, actor: Any) -> None:
        super().__init__(sheet, actor)
        self._known: dict[tuple[str, str], Any] = {}

    def do(self, versions: Versions) -> Verdicts:
        before = self._changes(versions)
        names = {name for changes in before.values() for name in changes}
        rows = records.as_needed(self.rows.live(), self.resource, names)
        held = self._held(rows.filter(pk__in=versions))
        verdicts = self._left_out(versions, held)
        batch = []
        for record in held:
            try:
                batch.append((record, self._values(record, before.get(record.pk, {}))))
            except Problem as problem:
                verdicts.refused[record.pk] = words_of(problem)
        verdicts.add(records.change_each(actor=self.actor, resource=self.resource, batch=batch))
        return verdicts

    def _changes(self, ids: Collection[int]) -> dict[int, dict[str, Any]]:
        """What the other sheet did to records, as the log keeps it."""
        undone = self.sheet.undoes
        if undone is None or undone.event_id is None:
            return {}
        told = Subject.objects.filter(
            resource=self.resource.key,
            record_id__in=ids,
            event_id__gt=undone.event_id,
            event__cause_id=undone.event_id,
            event__name=RecordsUpdated.event_name,
        )
        return {pk: changes or {} for pk, changes in told.values_list("record_id", "changes")}

    def _values(self, record: Record, changes: Mapping[str, Sequence[Any]]) -> dict[Field, Any]:
        """Raises Refused for what has another value since, Invalid for what cannot be set any more."""
        found: dict[Field, Any] = {}
        for name, (before, after) in changes.items():
            field = self.resource.fields.get(name)
            now = field.to_json(field.read(record)) if field else None
            if field is not None and now == before:
                continue
            if field is None:
                raise Refused(_("A field that was changed has been removed since."))
            if now != after:
                raise Refused(_("Somebody changed this since, so it was not put back."))
            found |= self._understood(name, before, record)
        return found

    def _understood(self, name: str, before: Any, record: Record) -> dict[Field, Any]:
        key = (name, repr(before))
        if key not in self._known:
            values = {name: before}
            found = understand(actor=self.actor, resource=self.resource, values=values, is_new=False, record=record)
            for field, value in found.items():
                if field.name == "owner":
                    policy.check_owner(self.actor, self.resource.model, "update", value)
            self._known[key] = found
        known: dict[Field, Any] = self._known[key]
        return known


_DEEDS: dict[str, type[Deed]] = {
    Operation.EDIT: Edit,
    Operation.DELETE: Delete,
    Operation.RESTORE: Restore,
    Operation.ACT: Act,
    Operation.PUT_BACK: PutBack,
}
UNDONE_BY = {
    Operation.EDIT: Operation.PUT_BACK,
    Operation.ACT: Operation.PUT_BACK,
    Operation.PUT_BACK: Operation.PUT_BACK,
    Operation.DELETE: Operation.RESTORE,
    Operation.RESTORE: Operation.DELETE,
}


def deed_of(sheet: Sheet, actor: Any) -> Deed:
    """Raises Denied, Missing or Invalid for what the actor may not do, or what makes no sense."""
    return _DEEDS[sheet.operation](sheet, actor)


def words_of(problem: Problem) -> str:
    """A problem in one line, each thing once."""
    details = [str(message) for messages in problem.errors.values() for message in messages]
    said = details if isinstance(problem, Invalid) and details else [str(problem.message), *details]
    return " ".join(dict.fromkeys(said))
