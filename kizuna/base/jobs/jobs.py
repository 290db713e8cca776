"""The timetable of this room: finished jobs do not stay for ever."""

from datetime import timedelta

from django.utils import timezone

from kizuna.base.jobs.models import Job, State
from kizuna.base.jobs.running import cancelled
from kizuna.base.jobs.schedules import every

KEPT_FOR = timedelta(days=7)
BATCH = 5000


@every(cron="17 3 * * *")
def purge_finished() -> int:
    """Delete jobs that were done or cancelled a week ago; dead ones stay until somebody decides. Answers how many.

    Walks the primary key in batches: ids grow with time, so the old rows lie together and no index has to be kept.
    """
    before = timezone.now() - KEPT_FOR
    last_id, deleted = 0, 0
    while not cancelled():
        batch = list(
            Job.objects.filter(pk__gt=last_id, created_at__lt=before)
            .order_by("pk")
            .values_list("pk", "state", "finished_at")[:BATCH]
        )
        if not batch:
            break
        last_id = batch[-1][0]
        old = [pk for pk, state, at in batch if state in {State.DONE, State.CANCELLED} and at and at < before]
        deleted += Job.objects.filter(pk__in=old).delete()[0]
    return deleted
