"""Imports as people see them: their own, and for administrators everybody's; and for them who exported what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from kizuna.base.events.models import EventRow
from kizuna.base.jobs import queries as jobs
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.events import RecordsExported
from kizuna.base.transfer.models import DryRun, ExportFile, Import, Kept, Line, Rejection, SavedMapping, State, Undoing
from kizuna.base.types.errors import Denied, Missing

RECENT = 20
LINES = 50
EXPORTS = 50


def imports_of(actor: Any, resource: Resource | None = None) -> QuerySet[Import]:
    """What this person imported, into one resource or any, the newest first."""
    rows = Import.objects.filter(resource=resource.key) if resource else Import.objects.all()
    return (rows if actor.is_admin else rows.filter(created_by_id=actor.pk)).order_by("-id")


def find(actor: Any, resource: Resource | None, import_id: int) -> Import:
    """Raises Missing for an import that is somebody else's, too."""
    found = imports_of(actor, resource).filter(pk=import_id).first()
    if found is None:
        raise Missing()
    return found


def find_export(actor: Any, export_id: int) -> ExportFile:
    """One's own export. Raises Missing for somebody else's, also to administrators."""
    found = ExportFile.objects.filter(created_by_id=actor.pk, pk=export_id).first()
    if found is None:
        raise Missing()
    return found


def exports_of(actor: Any, resource: Resource) -> QuerySet[ExportFile]:
    """What this person had written lately, the newest first."""
    return ExportFile.objects.filter(created_by_id=actor.pk, resource=resource.key).order_by("-id")


@dataclass(frozen=True)
class Exported:
    """That somebody took records out of Kizuna, as the log tells it."""

    event_id: int
    actor_id: int | None
    via: str
    address: str | None
    occurred_at: dt.datetime
    event: RecordsExported


def exported(
    actor: Any, *, who: int | None = None, kind: str = "", before: int | None = None, size: int = EXPORTS
) -> list[Exported]:
    """Everybody's exports for administrators, the newest first or those before one of them; of one person or kind of
    record where that is said. One query along the index of names. Raises Denied to everybody else."""
    if not actor.is_admin:
        raise Denied()
    rows = EventRow.objects.filter(name=RecordsExported.event_name)
    if who is not None:
        rows = rows.filter(actor_id=who)
    if kind:
        rows = rows.filter(data__resource=kind)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [
        Exported(row.pk, row.actor_id, row.via, row.address, row.occurred_at, RecordsExported.from_data(row.data))
        for row in rows.order_by("-pk")[:size]
    ]


def state_of(imported: Import | DryRun | Undoing | ExportFile) -> State:
    """How far it is, also when its job ended before it could say so itself."""
    return jobs.state_of(State(imported.state), imported.job_id)


def has_stopped(found: DryRun) -> bool:
    """Whether its job is over, whatever came of it."""
    return found.job_id is None or jobs.state_of(State.RUNNING, found.job_id) != State.RUNNING


def rejections(imported: Import, *, limit: int | None = None, after: int = 0) -> Iterator[Rejection]:
    """The rows to mend in the order of the file, from behind one of them."""
    rows = Rejection.objects.filter(source=imported, pk__gt=after).order_by("pk")
    return iter(rows[:limit]) if limit is not None else rows.iterator(chunk_size=1000)


def dry_run_of(imported: Import) -> DryRun | None:
    return DryRun.objects.filter(source=imported).first()


def lines(imported: Import, verdict: str, *, after: int = 0, size: int = LINES) -> list[Line]:
    """Rows of a dry run with one verdict, in the order of the file, from behind one of them."""
    return list(Line.objects.filter(source=imported, verdict=verdict, pk__gt=after).order_by("pk")[:size])


def undoing_of(imported: Import) -> Undoing | None:
    return Undoing.objects.filter(source=imported).first()


def kept(undoing: Undoing, *, after: int = 0, size: int = LINES) -> list[Kept]:
    """What stayed when an import was taken back, from behind one of them."""
    return list(Kept.objects.filter(undoing=undoing, pk__gt=after).order_by("pk")[:size])


def mappings_of(actor: Any, resource: Resource) -> QuerySet[SavedMapping]:
    """One's own saved mappings and those that are shared, by name."""
    rows = SavedMapping.objects.select_related("created_by").filter(resource=resource.key)
    return rows.filter(Q(created_by_id=actor.pk) | Q(is_shared=True)).order_by("name", "pk")


def find_mapping(actor: Any, resource: Resource, mapping_id: int) -> SavedMapping:
    """Raises Missing for somebody else's that is not shared."""
    found = mappings_of(actor, resource).filter(pk=mapping_id).first()
    if found is None:
        raise Missing()
    return found
