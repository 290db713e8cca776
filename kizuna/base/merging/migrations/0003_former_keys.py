from typing import Any

from django.db import migrations

JOB = "kizuna.base.merging.jobs.keep_former_keys"


def keep_those_of_earlier_merges(apps: Any, editor: Any) -> None:
    """Merged records keep their keys as they are merged; a worker sees to those that were merged before."""
    using = editor.connection.alias
    if apps.get_model("resources", "Redirect").objects.using(using).exists():
        apps.get_model("jobs", "Job").objects.using(using).create(name=JOB, priority=-10)


class Migration(migrations.Migration):
    dependencies = [("merging", "0002_merge_without_event"), ("resources", "0002_redirect"), ("jobs", "0001_initial")]

    operations = [migrations.RunPython(keep_those_of_earlier_merges, migrations.RunPython.noop)]
