"""Pictures of new files, and what is tidied every night."""

from __future__ import annotations

from django.utils import timezone

from kizuna.base.files import services
from kizuna.base.jobs import every, task


@task(max_attempts=3)
def draw(*, file_id: int) -> int:
    """Make the pictures of one file's preview."""
    return services.make_pictures(file_id=file_id)


@every(cron="50 3 * * *")
@task(max_attempts=3)
def tidy() -> dict[str, int]:
    """Empty the trash of files, remove bytes that belong to nothing, check the sum."""
    now = timezone.now()
    purged, strays = services.purge(now=now), services.remove_strays(now=now)
    return {"purged": purged, "strays": strays, "bytes": services.recount()}
