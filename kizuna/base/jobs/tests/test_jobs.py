"""Old jobs go, dead ones stay."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kizuna.base.jobs import jobs
from kizuna.base.jobs.models import Job, State

pytestmark = pytest.mark.django_db


def ended(state: State, *, days_ago: float) -> Job:
    then = timezone.now() - timedelta(days=days_ago)
    return Job.objects.create(name="anything", state=state, created_at=then, finished_at=then)


def test_jobs_done_or_cancelled_a_week_ago_are_purged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)
    for _ in range(5):
        ended(State.DONE, days_ago=8)
    ended(State.CANCELLED, days_ago=8)
    dead, recent = ended(State.DEAD, days_ago=400), ended(State.DONE, days_ago=6)
    waiting = Job.objects.create(name="anything", created_at=timezone.now() - timedelta(days=30))
    slow = Job.objects.create(name="anything", state=State.DONE, created_at=timezone.now() - timedelta(days=30))
    Job.objects.filter(pk=slow.pk).update(finished_at=timezone.now())
    assert jobs.purge_finished.call() == 6
    assert set(Job.objects.all()) == {dead, recent, waiting, slow}
