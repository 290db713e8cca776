"""Exports too long to wait for: a job writes the file, and only the person who asked may fetch it, for some days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from tempfile import TemporaryFile
from typing import Any, Required, TypedDict, Unpack

from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import acting
from kizuna.base.identity.models import User
from kizuna.base.jobs import services as jobs
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.table import Sort
from kizuna.base.search.selecting import Selection
from kizuna.base.transfer.exporting import EXPORT_KINDS, is_whole
from kizuna.base.transfer.models import ExportFile, State
from kizuna.base.transfer.services.exports import check_export, export
from kizuna.base.types.errors import Problem, Refused

LARGE = 20_000
"""Records that are more than a request should wait for."""
KEPT_DAYS = 3
Tell = Callable[[ExportFile], object]


def may_lose(kind: str, encoding: str) -> bool:
    """Whether there are characters that such a file cannot hold, so that somebody should hear how many it lost."""
    return kind in EXPORT_KINDS and EXPORT_KINDS[kind].has_encoding and not is_whole(encoding)


def is_large(rows: QuerySet) -> bool:
    """Whether these are too many to be sent while somebody waits. Looks no further than it has to."""
    return rows.order_by()[: LARGE + 1].count() > LARGE


class Contents(TypedDict, total=False):
    """What is to be in a file, how, and who asked for it."""

    actor: Required[User]
    resource: Required[Resource]
    selection: Required[Selection]
    sort: str
    names: Sequence[str]
    kind: str
    encoding: str
    with_ids: bool


@transaction.atomic
def start_export(**contents: Unpack[Contents]) -> ExportFile:
    """Have a job write what the selection holds when it runs. Raises Denied, or Invalid as `export` does."""
    from kizuna.base.transfer.jobs import write  # jobs call services; this is the one that starts one

    made = _asked_for(**contents)
    made.job_id = int(write.using(actor_id=contents["actor"].pk).enqueue(export_id=made.pk).id)
    made.save(update_fields=["job_id"])
    return made


@transaction.atomic
def write_export(**contents: Unpack[Contents]) -> ExportFile:
    """Write a few records while somebody waits: they are to hear what the file lost before they get it (`may_lose`).
    Raises Denied, or Invalid as `export` does."""
    return run_export(export_id=_asked_for(**contents).pk)


def _asked_for(
    *,
    actor: User,
    resource: Resource,
    selection: Selection,
    sort: str = "",
    names: Sequence[str] = (),
    kind: str = "csv",
    encoding: str = "utf-8-sig",
    with_ids: bool = True,
) -> ExportFile:
    found = check_export(actor=actor, resource=resource, names=names, kind=kind, encoding=encoding)
    Sort.of(resource, actor, sort or None)
    return ExportFile.objects.create(
        resource=resource.key,
        name=f"{resource.plural}.{found.suffix}",
        kind=kind,
        encoding=encoding,
        columns=list(names),
        with_ids=with_ids,
        scope=selection.to_json() | {"sort": sort},
        created_by=actor,
    )


def run_export(
    *, export_id: int, tell: Tell = lambda made: None, stops: Callable[[], bool] = lambda: False
) -> ExportFile:
    """Write the file with the rights that its person has now. After a crash it is written from the start again."""
    made = ExportFile.objects.select_related("created_by").get(pk=export_id)
    if made.is_over:
        return made
    made.state = State.RUNNING
    made.save(update_fields=["state"])
    try:
        with acting(made.created_by, via="export"), TemporaryFile() as out:
            if _write(made, out, tell, stops):
                made.file.save(made.name, File(out), save=False)
                return _end(made, State.DONE)
    except Problem as problem:
        return _end(made, State.FAILED, str(problem))
    return _end(made, State.CANCELLED)


def _write(made: ExportFile, out: Any, tell: Tell, stops: Callable[[], bool]) -> bool:
    """False when it was stopped."""
    resource, actor = registry.get(made.resource), made.created_by
    selection = Selection.from_json(made.scope)
    rows = selection.rows(resource, actor)
    found = export(
        actor=actor,
        resource=resource,
        rows=rows if selection.ids is None else rows.filter(pk__in=selection.ids),
        sort=Sort.of(resource, actor, made.scope.get("sort") or None),
        names=made.columns,
        kind=made.kind,
        encoding=made.encoding,
        with_ids=made.with_ids,
        meant=selection,
    )
    made.count = found.count

    def told(done: int) -> None:
        made.done_count, made.replaced_count = done, found.replaced
        ExportFile.objects.filter(pk=made.pk).update(count=made.count, done_count=done)
        tell(made)

    for chunk in found.chunks(told):
        out.write(chunk)
        if stops():
            return False
    made.replaced_count = found.replaced
    out.seek(0)
    return True


def _end(made: ExportFile, state: State, error: str = "") -> ExportFile:
    made.state, made.error, made.finished_at = state, error, timezone.now()
    made.save()
    return made


@transaction.atomic
def cancel_export(*, actor: Any, made: ExportFile) -> ExportFile:
    """Stop writing; nothing of the file is kept. Raises Refused when it is over."""
    current = ExportFile.objects.select_for_update().get(pk=made.pk)
    if current.is_over:
        raise Refused(_("This export is over."))
    if current.job_id is None or jobs.cancel_job(actor=actor, job_id=current.job_id).is_finished:
        return _end(current, State.CANCELLED)
    return current


def forget_exports(*, now: dt.datetime) -> int:
    """Remove files after KEPT_DAYS, and what is known of them with them: the log keeps who exported what."""
    done = 0
    for made in ExportFile.objects.filter(created_at__lt=now - dt.timedelta(days=KEPT_DAYS)).iterator():
        if made.file:
            made.file.delete(save=False)
        made.delete()
        done += 1
    return done
