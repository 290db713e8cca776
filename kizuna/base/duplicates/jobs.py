"""Searches as jobs, in the lane of long work."""

from __future__ import annotations

from kizuna.base.duplicates import services
from kizuna.base.duplicates.marking import is_resolved
from kizuna.base.jobs import progress, task
from kizuna.base.resources import registry
from kizuna.base.search.jobs import rebuild
from kizuna.base.transfer.models import Import


@task(max_attempts=3, queue="bulk")
def scan(*, scan_id: int) -> dict[str, int]:
    """Carry out a scan. A worker that was killed has changed nothing that the next run would not."""
    done = services.carry_out(scan_id=scan_id, tell=lambda count, total: progress(done=count, total=total))
    return {"records": done.record_count, "found": done.found_count}


@task(max_attempts=3, queue="bulk")
def look_through(*, import_id: int) -> dict[str, int]:
    """Ask whether what an import made was here already."""
    imported = Import.objects.get(pk=import_id)
    found = services.look_through(imported=imported, tell=lambda count, total: progress(done=count, total=total))
    return {"found": found}


@task(priority=-10)
def mark_everything() -> None:
    """Have the records marked that were there before there were marks, and after a change of `marking`."""
    first, *others = [resource.key for resource in registry.all_resources() if is_resolved(resource)]
    rebuild.enqueue(resource=first, then=others)
