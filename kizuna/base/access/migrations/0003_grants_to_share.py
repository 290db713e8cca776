"""Who of the built-in roles may put saved views before others: administrators anybody's, managers their teams'."""

from django.db import migrations

NONE, OWN, TEAM, ALL = range(4)
GRANTS = {"administrator": ALL, "manager": TEAM}


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    roles = dict(apps.get_model("identity", "Role").objects.using(alias).values_list("code", "pk"))
    grants = apps.get_model("access", "Grant").objects.using(alias)
    for code, scope in GRANTS.items():
        if code in roles:
            grants.get_or_create(role_id=roles[code], resource="*", operation="share", defaults={"scope": scope})


class Migration(migrations.Migration):
    dependencies = [("access", "0002_built_in_grants")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
