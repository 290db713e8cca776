"""Everybody who sells works with sequences; administrators, managers and marketers write them."""

from django.db import migrations

NONE, OWN, TEAM, ALL = range(4)
SET_UP = ("create", "update", "delete", "bulk", "import", "export", "share")
WRITERS = ("administrator", "manager", "marketer")


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    grants = apps.get_model("access", "Grant").objects.using(alias)
    for role in apps.get_model("identity", "Role").objects.using(alias).exclude(code=None):
        reach = ALL if role.code in WRITERS else NONE
        for kind in ("sequence", "sequencestep"):
            for operation, scope in [("read", ALL), *((one, reach) for one in SET_UP)]:
                grants.get_or_create(role_id=role.pk, resource=kind, operation=operation, defaults={"scope": scope})


class Migration(migrations.Migration):
    dependencies = [
        ("sequences", "0001_initial"),
        ("access", "0003_grants_to_share"),
        ("identity", "0002_built_in_roles"),
    ]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
