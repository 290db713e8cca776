"""Whoever sees a customer sees what they like: the preference is found through them."""

from django.db import migrations

ALL = 3


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    grants = apps.get_model("access", "Grant").objects.using(alias)
    for role in apps.get_model("identity", "Role").objects.using(alias).exclude(code=None):
        grants.get_or_create(role_id=role.pk, resource="preference", operation="read", defaults={"scope": ALL})


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0003_sizes_and_preferences"),
        ("access", "0003_grants_to_share"),
        ("identity", "0002_built_in_roles"),
    ]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
