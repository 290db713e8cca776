"""Bulk work is begun, stopped, gone on with and undone: what a few records need is done at once, more by a job."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.bulk import queries
from kizuna.base.bulk.deeds import UNDONE_BY, Deed, deed_of
from kizuna.base.bulk.events import BulkStarted
from kizuna.base.bulk.models import Operation, Row, Sheet, State
from kizuna.base.bulk.services.running import carry_on, end
from kizuna.base.events import acting, current_origin, publish
from kizuna.base.jobs import services as jobs
from kizuna.base.jobs.models import Job
from kizuna.base.resources.resource import Resource
from kizuna.base.search.selecting import TRASH, Selection
from kizuna.base.types.errors import Refused

KEPT = dt.timedelta(days=30)
FORGET_BATCH = 5000


def start(
    *,
    actor: Any,
    resource: Resource,
    operation: str,
    selection: Selection,
    changes: Mapping[str, Any] | None = None,
    action: str = "",
    arguments: Mapping[str, Any] | None = None,
    once: str = "",
) -> Sheet:
    """Begin to change many records, each as far as the actor may. A few are done when this returns; see `state`.

    `changes` belong to an edit (a value may be {"add": […]} or {"remove": […]} for tags), `action` and its raw
    `arguments` to a verb. With `once`, a text of the caller's, a second call finds the sheet of the first. Raises
    Denied, Missing, Refused, or Invalid for values that nothing could have.
    """
    given: dict[str, Any] = {}
    if operation == Operation.EDIT:
        given["changes"] = dict(changes or {})
    if operation == Operation.ACT:
        given["arguments"] = dict(arguments or {})
    if (selection.view == TRASH) != (operation == Operation.RESTORE):
        raise Refused(_("What lies in the trash can be brought back, and only that."))
    sheet = Sheet(
        resource=resource.key,
        operation=operation,
        action=action,
        arguments=given,
        selection=selection.to_json(),
        token=_token(actor, resource, once),
    )
    return _begin_once(actor, sheet, selection)


def _begin_once(actor: Any, sheet: Sheet, selection: Selection) -> Sheet:
    """A second call with the same token finds what the first began, also when both come at the same moment."""
    earlier = _earlier(actor, sheet.token)
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            return _begin(actor, sheet, is_few=lambda deed: _is_few(selection, deed))
    except IntegrityError:
        earlier = _earlier(actor, sheet.token)
        if earlier is None:
            raise
        return earlier


def _token(actor: Any, resource: Resource, once: str) -> str | None:
    return hashlib.sha256(f"{resource.key}:{once}".encode()).hexdigest() if once and actor.pk else None


def _earlier(actor: Any, token: str | None) -> Sheet | None:
    return Sheet.objects.filter(created_by_id=actor.pk, token=token).first() if token else None


def _is_few(selection: Selection, deed: Deed) -> bool:
    if selection.ids is not None:
        return len(selection.ids) <= deed.at_once
    rows = selection.rows(deed.resource, deed.actor).order_by()
    return len(rows.values_list("pk")[: deed.at_once + 1]) <= deed.at_once


def _begin(actor: Any, sheet: Sheet, *, is_few: Any) -> Sheet:
    """Store a sheet and have it carried out. Runs in the caller's transaction."""
    sheet.created_by_id = actor.pk
    deed = deed_of(sheet, actor)
    is_at_once = is_few(deed)
    sheet.via = current_origin().via
    sheet.seen_at = timezone.now() if is_at_once else None
    sheet.save()
    with acting(actor):
        told = BulkStarted(sheet_id=sheet.pk, resource=sheet.resource, operation=sheet.operation)
        sheet.event_id = publish(told).pk
    if not is_at_once:
        sheet.job_id = _enqueue(actor, sheet)
    sheet.save(update_fields=["event_id", "job_id"])
    return carry_on(sheet_id=sheet.pk) if is_at_once else sheet


def _enqueue(actor: Any, sheet: Sheet) -> int:
    from kizuna.base.bulk.jobs import run  # jobs call services; this is the one that starts one

    return int(run.using(actor_id=actor.pk).enqueue(sheet_id=sheet.pk).id)


@transaction.atomic
def undo(*, actor: Any, sheet: Sheet) -> Sheet:
    """Put back what a sheet did, each record as far as it still is as the sheet had left it. Raises Refused."""
    undone = Sheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if not undone.can_be_undone:
        raise Refused(_("There is nothing here that can be taken back."))
    earlier = queries.undo_of(undone)
    if earlier is not None and queries.state_of(earlier) in (State.WAITING, State.RUNNING, State.DONE):
        raise Refused(_("This has been taken back already."))
    operation = UNDONE_BY[Operation(undone.operation)]
    made = Sheet(resource=undone.resource, operation=operation, undoes=undone)
    return _begin(actor, made, is_few=lambda deed: undone.done_count <= deed.at_once)


@transaction.atomic
def cancel(*, actor: Any, sheet: Sheet) -> Sheet:
    """Stop: at once while it waits, after the current batch while it runs. What was done until then stays."""
    current = Sheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if current.is_over or current.job_id is None:
        raise Refused(_("This has already ended."))
    job = Job.objects.filter(pk=current.job_id).first()
    if job is None or job.is_finished:
        return end(current, State.CANCELLED)
    if jobs.cancel_job(actor=actor, job_id=current.job_id).is_finished:
        return end(current, State.CANCELLED)
    return current


@transaction.atomic
def go_on(*, actor: Any, sheet: Sheet) -> Sheet:
    """Go on with work that was stopped or could not go on, where it stood. Only whoever began it may."""
    current = Sheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if queries.state_of(current) not in (State.CANCELLED, State.FAILED) or current.created_by_id != actor.pk:
        raise Refused(_("There is nothing left to go on with."))
    deed_of(current, actor)
    current.state, current.finished_at, current.error, current.seen_at = State.WAITING, None, "", None
    current.job_id = _enqueue(actor, current)
    current.save(update_fields=["state", "finished_at", "error", "seen_at", "job_id"])
    return current


def look_at(*, actor: Any, sheet: Sheet) -> None:
    """Whoever began it has seen how it ended: it is news no more."""
    if sheet.seen_at is None and sheet.created_by_id == actor.pk and queries.state_of(sheet) not in _GOING_ON:
        Sheet.objects.filter(pk=sheet.pk, seen_at__isnull=True).update(seen_at=timezone.now())


_GOING_ON = (State.WAITING, State.RUNNING)


def forget(*, now: dt.datetime) -> int:
    """Remove sheets that ended thirty days ago, with their rows; returns how many. Histories keep what was done."""
    done = 0
    for sheet in Sheet.objects.filter(created_at__lt=now - KEPT).order_by("pk").iterator():
        if queries.state_of(sheet) in _GOING_ON:
            continue
        while ids := list(Row.objects.filter(sheet=sheet).order_by("pk").values_list("pk", flat=True)[:FORGET_BATCH]):
            Row.objects.filter(pk__in=ids).delete()
        sheet.delete()
        done += 1
    return done
