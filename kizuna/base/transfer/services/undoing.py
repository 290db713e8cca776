"""An import taken back, with the updates it made: its events one by one, the newest first, each in one transaction.

What the import made goes to the trash, what it changed gets the values from before: as far as everything still is as
the import had left it. What somebody changed since stays, and is written down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.events import EventRow, acting, publish
from kizuna.base.identity.models import User
from kizuna.base.identity.system import SYSTEM
from kizuna.base.jobs import services as jobs
from kizuna.base.records import bulk
from kizuna.base.records.events import RecordsCreated, RecordsUpdated
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.events import ImportUndone, ImportUndoStarted, RemarksKept
from kizuna.base.transfer.importing import repeats
from kizuna.base.transfer.models import Import, Kept, State, Undoing
from kizuna.base.transfer.queries import state_of
from kizuna.base.transfer.services.running import as_quiet_as, caused_by, one_at_a_time
from kizuna.base.transfer.taking_back import Changes, Taken, changes_of, put_back, remain, remove, unsay
from kizuna.base.types.errors import Denied, Problem, Refused

Tell = Callable[[Undoing], object]
Asked = Callable[[], bool]
_GOING_ON = (State.WAITING, State.RUNNING)
_ALIKE = 500  # events of one row each that are dealt with together
_CREATED, _UPDATED = RecordsCreated.event_name, RecordsUpdated.event_name
_REMARKED = RemarksKept.event_name


@transaction.atomic
def start_undo(*, actor: Any, imported: Import, later: bool = True) -> Undoing:
    """Take an import back, as a job. Raises Denied, or Refused when it goes on still or was taken back already; one
    that was stopped or failed goes on where it was.
    """
    current = Import.objects.select_for_update().get(pk=imported.pk)
    _check_rights(actor, current)
    if state_of(current) in _GOING_ON or current.event_id is None:
        raise Refused(_("Only an import that is over can be taken back."))
    found = Undoing.objects.select_for_update().filter(source=current).first()
    if found is not None and state_of(found) in (*_GOING_ON, State.DONE):
        raise Refused(_("This import has been taken back already."))
    if found is None:
        found = Undoing(source=current)
        with acting(actor, via="import"):
            told = ImportUndoStarted(import_id=current.pk, resource=current.resource, name=current.name)
            found.event_id = publish(told).pk
    found.state, found.error, found.created_by_id, found.finished_at = State.WAITING, "", actor.pk, None
    if later:
        from kizuna.base.transfer.jobs import take_back  # jobs call services; this is the one that starts one

        found.job_id = int(take_back.using(actor_id=actor.pk).enqueue(import_id=current.pk).id)
    found.save()
    return found


def _check_rights(actor: Any, imported: Import) -> None:
    permissions = policy.permissions_of(actor)
    needed = {"import"} | ({"delete"} if imported.created_count else set())
    needed |= {"update"} if imported.updated_count else set()
    if not all(permissions.can(imported.resource, right) for right in needed):
        raise Denied()


def about(imported: Import) -> int:
    """How many records there are to be dealt with, nearly."""
    return imported.created_count + imported.updated_count + sum(imported.related.values())


def run_undo(*, import_id: int, tell: Tell = lambda found: None, stops: Asked = lambda: False) -> Undoing:
    """Go through the events of an import from wherever an earlier run was interrupted. Safe to call again."""
    found = Undoing.objects.select_related("created_by", "source").get(source_id=import_id)
    if found.is_over:
        return found
    actor = found.created_by or SYSTEM
    with translation.override(actor.language), acting(actor, via="import"), caused_by(found.event_id):
        try:
            Undoing.objects.filter(pk=found.pk).update(state=State.RUNNING)
            while (after := _deal_with_next(found)) is not None:
                found = after
                tell(found)
                if stops():
                    return _end(found, State.CANCELLED)
        except Problem as problem:
            return _end(found, State.FAILED, str(problem))
        return _end(Undoing.objects.select_related("source").get(pk=found.pk), State.DONE)


def _deal_with_next(undoing: Undoing) -> Undoing | None:
    """One event, all or nothing; None at the end."""
    with transaction.atomic():
        found = Undoing.objects.select_for_update(of=("self",)).select_related("source").get(pk=undoing.pk)
        imported = found.source
        events = _caused(imported).filter(name__in=(_CREATED, _UPDATED, _REMARKED, *repeats.told()))
        if found.position is not None:
            events = events.filter(pk__lt=found.position)
        event = events.order_by("-pk").first()
        if event is None or found.state != State.RUNNING:
            return None
        alike = [event]
        if event.name in repeats.told():
            alike = list(takewhile(lambda one: one.name == event.name, events.order_by("-pk")[:_ALIKE]))
        resource = registry.find(repeats.told().get(event.name) or event.data["resource"])
        if resource is not None:
            one_at_a_time(resource)
            with as_quiet_as(imported):
                _note(found, resource, _taken_back(found, resource, alike))
                _try_again(found, alike)
            found.done_count += len(event.data.get("ids", alike))
        found.position = alike[-1].pk
        found.save()
    return found


def _taken_back(found: Undoing, resource: Resource, events: Sequence[EventRow]) -> Taken:
    imported, event = found.source, events[0]
    actor = _actor(found, event)
    caused = _caused(imported)
    created, updated = caused.filter(name=_CREATED), caused.filter(name=_UPDATED)
    if event.name == _CREATED:
        others = caused.exclude(name__in=(_CREATED, _UPDATED))
        return remove(actor, resource, event.data["ids"], updated, others, root=imported.event_id or 0)
    if event.name in (_UPDATED, _REMARKED):
        settled = _kept_fields(found, resource.key, event.data["ids"])
        if event.name == _REMARKED:
            return remain(resource, event.data, created, settled)
        return put_back(actor, resource, changes_of(event.pk), created, settled)
    return unsay(actor, resource, events, created, updated)


def _try_again(found: Undoing, events: Sequence[EventRow]) -> None:
    """What these events set off was put back before them, and some of it refused as long as they held: the amount of
    a deal, say, that has the lines which an import brought. Now that they are undone it is put back, or is already."""
    if not found.kept_count:
        return
    caused = _caused(found.source)
    created = caused.filter(name=_CREATED)
    followed = caused.filter(name=_UPDATED, cause_id__in=[event.pk for event in events])
    for event in followed.order_by("-pk"):
        resource, told = registry.find(event.data["resource"]), changes_of(event.pk)
        refused = Kept.objects.filter(undoing=found, resource=event.data["resource"], why=Kept.Why.REFUSED)
        again = [one for one in refused.filter(record_id__in=told) if _brought(one, told)]
        if resource is None or not again:
            continue
        Kept.objects.filter(pk__in=[one.pk for one in again]).delete()
        found.kept_count -= len(again)
        changed: dict[int, dict[str, Sequence[Any]]] = {}
        for one in again:
            changed.setdefault(one.record_id, {})[one.field] = told[one.record_id][one.field]
        _note(found, resource, put_back(_actor(found, event), resource, changed, created))


def _brought(kept: Kept, told: Mapping[int, Changes]) -> bool:
    """Whether it was by these changes that the field came to hold what stayed in it."""
    changes = told.get(kept.record_id, {})
    return kept.field in changes and changes[kept.field][1] == kept.imported


def _caused(imported: Import) -> Any:
    """Everything that an import did, and what handlers did of it in its transactions."""
    found = EventRow.objects.filter(pk__gt=imported.event_id)
    found = found.filter(pk__lt=imported.up_to_event) if imported.up_to_event else found
    own = found.filter(cause_id=imported.event_id)
    return found.filter(Q(cause_id=imported.event_id) | Q(cause_id__in=own.values("pk"), via="import"))


def _actor(undoing: Undoing, event: EventRow) -> Any:
    """As they are now: who lost a right in the middle of it has lost it. What no person did, but what keeps records
    right when somebody imports, is undone by the same."""
    if undoing.created_by_id is None or (event.actor_id is None and undoing.source.created_by_id is not None):
        return SYSTEM
    actor = User.objects.get(pk=undoing.created_by_id)
    policy.forget(actor)
    return actor


def _kept_fields(undoing: Undoing, resource: str, ids: list[int]) -> set[tuple[int, str]]:
    """Fields that a later row of the same file had changed, and somebody after it: they stay for earlier rows, too."""
    rows = Kept.objects.filter(undoing=undoing, resource=resource, record_id__in=ids)
    return set(rows.values_list("record_id", "field"))


def _note(undoing: Undoing, resource: Resource, taken: Taken) -> None:
    """What handlers made along with records goes along with them, and is not counted among what the file brought."""
    for one in taken.kept:
        one.undoing = undoing
    bulk.insert(Kept, taken.kept)
    if resource.key in (undoing.source.resource, *undoing.source.related):
        undoing.removed_count += taken.removed
        undoing.restored_count += taken.restored
        undoing.unchanged_count += taken.unchanged
    undoing.kept_count += len(taken.kept)


@transaction.atomic
def _end(undoing: Undoing, state: State, error: str = "") -> Undoing:
    undoing.state, undoing.finished_at, undoing.error = state, timezone.now(), error
    undoing.save(update_fields=["state", "finished_at", "error"])
    publish(
        ImportUndone(
            import_id=undoing.source_id,
            resource=undoing.source.resource,
            state=state,
            removed=undoing.removed_count,
            restored=undoing.restored_count,
            kept=undoing.kept_count,
        )
    )
    return undoing


@transaction.atomic
def cancel_undo(*, actor: Any, imported: Import) -> None:
    """Stop taking back; what was put back until then stays so. Raises Refused when nothing is going on."""
    found = Undoing.objects.select_for_update(of=("self",)).select_related("source").filter(source=imported).first()
    if found is None or state_of(found) not in _GOING_ON:
        raise Refused(_("Nothing is being taken back."))
    if found.job_id is None or jobs.cancel_job(actor=actor, job_id=found.job_id).is_finished:
        _end(found, State.CANCELLED)
