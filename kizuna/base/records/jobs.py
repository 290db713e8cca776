"""Timetable: tokens of submissions are forgotten after a week; nobody sends the same form twice that late."""

from datetime import timedelta

from django.utils import timezone

from kizuna.base.jobs import every, task
from kizuna.base.records.models import Submission


@every(cron="40 3 * * *")
@task(max_attempts=3)
def forget_submissions() -> int:
    """Remove old submission tokens; returns how many."""
    removed, _by_model = Submission.objects.filter(created_at__lt=timezone.now() - timedelta(days=7)).delete()
    return removed
