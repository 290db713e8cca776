"""What people wrote before a change of the tables is there after it."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from kizuna.customers.timeline.models import Task
from tests.database import EmptyDatabase

BEFORE = ("timeline", "0002_custom_values")


@pytest.mark.early
def test_tasks_keep_their_due_days_and_priorities(empty_database: EmptyDatabase) -> None:
    given = {"title": "Call 山本", "due_on": dt.date(2026, 12, 1), "to_do_on": dt.date(2026, 12, 1), "priority": 3}
    with empty_database():
        call_command("migrate", *BEFORE, verbosity=0)
        old = MigrationLoader(connection).project_state([BEFORE]).apps.get_model("timeline", "Task")
        task = old.objects.create(**given)
        call_command("migrate", "timeline", verbosity=0)
        kept = Task.objects.get(pk=task.pk)
    assert {name: getattr(kept, name) for name in given} == given
    assert (kept.due_at, kept.repeats, kept.reminders, kept.next_alarm_at) == (None, "", [], None)
    assert kept.next_day() is None
