"""The table of the database cache: sign-in is throttled through it, over all processes."""

from django.core.management import call_command
from django.db import migrations


def create_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_built_in_roles")]
    operations = [migrations.RunPython(create_table, migrations.RunPython.noop)]
