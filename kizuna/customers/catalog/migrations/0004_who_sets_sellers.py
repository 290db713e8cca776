"""Who may do what with sellers."""

from django.db import migrations

NONE, OWN, TEAM, ALL = range(4)
SET_UP = ("create", "update", "delete", "bulk", "import", "export", "share")


def grant(apps, schema_editor):
    """Everybody sees in whose name we sell; administrators decide it."""
    alias = schema_editor.connection.alias
    grants = apps.get_model("access", "Grant").objects.using(alias)
    for role in apps.get_model("identity", "Role").objects.using(alias).exclude(code=None):
        scope = ALL if role.code == "administrator" else NONE
        grants.get_or_create(role_id=role.pk, resource="seller", operation="read", defaults={"scope": ALL})
        for operation in SET_UP:
            grants.get_or_create(role_id=role.pk, resource="seller", operation=operation, defaults={"scope": scope})


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_sellers")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
