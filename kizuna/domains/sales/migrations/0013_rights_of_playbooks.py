"""Everybody who sells reads playbooks; administrators and managers write them. An answer is seen with its deal."""

from django.db import migrations

NONE, OWN, TEAM, ALL = range(4)
SET_UP = ("create", "update", "delete", "bulk", "import", "export", "share")


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    grants = apps.get_model("access", "Grant").objects.using(alias)
    for role in apps.get_model("identity", "Role").objects.using(alias).exclude(code=None):
        reach = ALL if role.code in ("administrator", "manager") else NONE
        rows = [("playbookanswer", "read", ALL)]
        for kind in ("playbook", "playbookstep"):
            rows += [(kind, "read", ALL), *((kind, one, reach) for one in SET_UP)]
        for kind, operation, scope in rows:
            grants.get_or_create(role_id=role.pk, resource=kind, operation=operation, defaults={"scope": scope})


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0012_playbooks"),
        ("access", "0003_grants_to_share"),
        ("identity", "0002_built_in_roles"),
    ]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
