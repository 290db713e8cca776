"""What people wrote before a change of the tables is there after it."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from kizuna.customers.timeline.models import Task

BEFORE = [("timeline", "0002_custom_values")]


@pytest.mark.django_db(transaction=True)
def test_tasks_keep_their_due_days_and_priorities() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    old = executor.loader.project_state(BEFORE).apps.get_model("timeline", "Task")
    given = {"title": "Call 山本", "due_on": dt.date(2026, 12, 1), "to_do_on": dt.date(2026, 12, 1), "priority": 3}
    try:
        task = old.objects.create(**given)
    finally:
        call_command("migrate", verbosity=0)
    kept = Task.objects.get(pk=task.pk)
    assert {name: getattr(kept, name) for name in given} == given
    assert (kept.due_at, kept.repeats, kept.reminders, kept.next_alarm_at) == (None, "", [], None)
    assert kept.next_day() is None
