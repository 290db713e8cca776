"""Everybody sees what is planned; who draws it stays as it is."""

from django.db import migrations

NONE, OWN, TEAM, ALL = range(4)


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    grants = apps.get_model("access", "Grant").objects.using(alias)
    for role in apps.get_model("identity", "Role").objects.using(alias).exclude(code=None):
        for kind in ("realignment", "territorydraft"):
            grants.update_or_create(role_id=role.pk, resource=kind, operation="read", defaults={"scope": ALL})


class Migration(migrations.Migration):
    dependencies = [("territories", "0003_previews")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
