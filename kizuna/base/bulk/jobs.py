"""Bulk work as jobs, in a lane of their own; and the end of sheets that nobody needs any more."""

from __future__ import annotations

from django.utils import timezone

from kizuna.base.bulk import services
from kizuna.base.bulk.models import Sheet
from kizuna.base.jobs import cancelled, every, progress, task


@task(max_attempts=5, queue="bulk")
def run(*, sheet_id: int) -> dict[str, int]:
    """Carry out a sheet. A worker that was killed leaves it where it was; the next run goes on from there."""
    sheet = services.carry_on(sheet_id=sheet_id, tell=_tell, stops=cancelled)
    return {"done": sheet.done_count, "unchanged": sheet.unchanged_count, "refused": sheet.refused_count}


def _tell(sheet: Sheet) -> None:
    progress(done=sheet.dealt_with, total=sheet.total)


@every(cron="50 4 * * *")
@task(max_attempts=3)
def forget() -> int:
    """Remove old sheets; returns how many."""
    return services.forget(now=timezone.now())
