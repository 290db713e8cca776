"""What is kept for some time only: answers of `may_contact`, messages that a cap counts, questions without answer."""

from __future__ import annotations

import datetime as dt

from django.db.models import Max, QuerySet
from django.utils import timezone

from kizuna.customers.consent.models import Decision, OptIn, Outreach, Purpose

KEEP_DAYS = 180
"""How long at least each of them is kept, so that somebody who asks why is told."""
BATCH = 5000


def forget_decisions(*, now: dt.datetime | None = None) -> int:
    """Remove answers whose days are over; how many."""
    return _remove(Decision.objects.filter(at__lt=_before(KEEP_DAYS, now)).order_by("at"))


def forget_outreach(*, now: dt.datetime | None = None) -> int:
    """Remove messages that no cap counts any more; how many. That somebody was written to, their timeline says."""
    longest = Purpose.objects.aggregate(days=Max("within_days"))["days"] or 0
    return _remove(Outreach.objects.filter(at__lt=_before(max(longest, KEEP_DAYS), now)).order_by("at"))


def forget_questions(*, now: dt.datetime | None = None) -> int:
    """Remove questions that can be answered no more; how many. What was confirmed is a consent of its own."""
    return _remove(OptIn.objects.filter(expires_at__lt=_before(KEEP_DAYS, now)).order_by("expires_at"))


def _before(days: int, now: dt.datetime | None) -> dt.datetime:
    return (now or timezone.now()) - dt.timedelta(days=days)


def _remove(rows: QuerySet) -> int:
    """Batch by batch, so that nobody waits for us."""
    count = 0
    while ids := list(rows.values_list("pk", flat=True)[:BATCH]):
        count += rows.model._default_manager.filter(pk__in=ids).delete()[0]
    return count
