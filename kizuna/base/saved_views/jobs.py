"""Timetable: deleted views are brought back by Undo for a while, and not kept for ever."""

from django.utils import timezone

from kizuna.base.jobs import every, task
from kizuna.base.saved_views import services


@every(cron="30 4 * * *")
@task(max_attempts=3)
def empty_trash() -> int:
    """Remove views that were deleted long enough ago; returns how many."""
    return services.purge_views(now=timezone.now())
