from typing import Any

from django.db import migrations

JOB = "kizuna.base.duplicates.jobs.mark_everything"


def mark_what_is_there(apps: Any, editor: Any) -> None:
    """Records are marked as they are written; a worker does it for those that are there, batch by batch."""
    using = editor.connection.alias
    if apps.get_model("search", "Entry").objects.using(using).exists():
        apps.get_model("jobs", "Job").objects.using(using).create(name=JOB, priority=-10)


class Migration(migrations.Migration):
    dependencies = [("duplicates", "0001_initial"), ("search", "0001_initial"), ("jobs", "0001_initial")]

    operations = [migrations.RunPython(mark_what_is_there, migrations.RunPython.noop)]
