"""What is kept of notifications, and for how long."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from kizuna.base.notifications.models import Letter, Notification

BATCH = 1_000


def forget_old() -> int:
    """Remove notifications older than `settings.NOTIFICATIONS_DAYS`, read or not, and the letters about them; how many.

    Some at a time, so that nobody waits for it. The same news are not told again: their events lie as far back.
    """
    before = timezone.now() - dt.timedelta(days=settings.NOTIFICATIONS_DAYS)
    return sum(
        _remove(rows.filter(created_at__lt=before).order_by("created_at"))
        for rows in (Notification.objects.all(), Letter.objects.exclude(state=Letter.State.WAITING))
    )


def _remove(rows: QuerySet) -> int:
    removed = 0
    while ids := list(rows.values_list("pk", flat=True)[:BATCH]):
        rows.model.objects.filter(pk__in=ids).delete()
        removed += len(ids)
    return removed
