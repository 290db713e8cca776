"""Imports as jobs, in a lane of their own; and the end of files that nobody needs any more."""

from __future__ import annotations

from django.utils import timezone

from kizuna.base.jobs import cancelled, every, progress, task
from kizuna.base.transfer.models import DryRun, ExportFile, Import, Undoing
from kizuna.base.transfer.services import dry_runs, export_files, imports, running, undoing


@task(max_attempts=5, queue="import")
def run(*, import_id: int, resource: str) -> dict[str, int]:
    """Carry out an import. A worker that was killed leaves it where it was; the next run goes on from there."""
    found = running.run_import(import_id=import_id, tell=_tell, stops=cancelled)
    return {
        "created": found.created_count,
        "updated": found.updated_count,
        "unchanged": found.unchanged_count,
        "rejected": found.rejected_count,
    }


def _tell(imported: Import) -> None:
    progress(done=imported.position, total=max(imported.about, imported.position))


@task(max_attempts=3, queue="import")
def try_out(*, import_id: int) -> dict[str, int]:
    """Find out what an import would do. A worker that was killed leaves nothing; the next run begins anew."""
    found = dry_runs.check_rows(import_id=import_id, tell=_tell_dry_run, stops=cancelled)
    return {str(verdict): count for verdict, count in found.counts.items()}


def _tell_dry_run(found: DryRun) -> None:
    progress(done=found.position, total=max(found.source.about, found.position))


@task(max_attempts=5, queue="import")
def take_back(*, import_id: int) -> dict[str, int]:
    """Take an import back. A worker that was killed leaves it where it was; the next run goes on from there."""
    found = undoing.run_undo(import_id=import_id, tell=_tell_undo, stops=cancelled)
    return {"removed": found.removed_count, "restored": found.restored_count, "kept": found.kept_count}


def _tell_undo(found: Undoing) -> None:
    progress(done=found.done_count, total=max(found.done_count, undoing.about(found.source)))


@task(max_attempts=3, queue="import")
def write(*, export_id: int) -> dict[str, int]:
    """Write the file of an export. A worker that was killed leaves nothing; the next run begins anew."""
    made = export_files.run_export(export_id=export_id, tell=_tell_export, stops=cancelled)
    return {"count": made.count}


def _tell_export(made: ExportFile) -> None:
    progress(done=made.done_count, total=max(made.count, made.done_count))


@every(cron="20 4 * * *")
@task(max_attempts=3)
def forget_files() -> int:
    """Remove the files of old imports and exports; returns how many."""
    now = timezone.now()
    return imports.forget_files(now=now) + export_files.forget_exports(now=now)
