"""Copies of people's data and their erasure are for administrators, until somebody gives the right to others."""

from django.db import migrations

ALL = 3


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    grants = apps.get_model("access", "Grant").objects.using(alias)
    for role in apps.get_model("identity", "Role").objects.using(alias).filter(code="administrator"):
        for operation in ("disclose_person", "erase_person"):
            grants.get_or_create(role_id=role.pk, resource="contact", operation=operation, defaults={"scope": ALL})


class Migration(migrations.Migration):
    dependencies = [("consent", "0005_personal_data")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
