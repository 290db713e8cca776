"""What the built-in roles may do in every Kizuna at first."""

from django.db import migrations

NONE, OWN, TEAM, ALL = range(4)
OPERATIONS = ("read", "create", "update", "delete", "bulk", "export", "import")
GRANTS = {
    "administrator": (ALL, ALL, ALL, ALL, ALL, ALL, ALL),
    "manager": (ALL, ALL, TEAM, TEAM, TEAM, TEAM, ALL),
    "salesperson": (TEAM, TEAM, TEAM, OWN, OWN, NONE, OWN),
    "marketer": (ALL, ALL, ALL, NONE, ALL, ALL, ALL),
    "support_agent": (ALL, ALL, ALL, OWN, NONE, NONE, NONE),
    "viewer": (ALL, NONE, NONE, NONE, NONE, NONE, NONE),
}


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    roles = dict(apps.get_model("identity", "Role").objects.using(alias).values_list("code", "pk"))
    grants = apps.get_model("access", "Grant").objects.using(alias)
    for code, scopes in GRANTS.items():
        for operation, scope in zip(OPERATIONS, scopes, strict=True):
            if code in roles:
                grants.get_or_create(role_id=roles[code], resource="*", operation=operation, defaults={"scope": scope})


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial"), ("identity", "0002_built_in_roles")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
