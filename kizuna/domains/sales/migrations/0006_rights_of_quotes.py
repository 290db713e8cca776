"""Who may approve quotes, and who says which have to be."""

from django.db import migrations

NONE, OWN, TEAM, ALL = range(4)
SET_UP = ("create", "update", "delete", "bulk", "import", "export", "share")
APPROVES = {"administrator": ALL, "manager": TEAM}


def grant(apps, schema_editor):
    """Managers approve the quotes of their team; administrators and managers say what needs it."""
    alias = schema_editor.connection.alias
    grants = apps.get_model("access", "Grant").objects.using(alias)
    for role in apps.get_model("identity", "Role").objects.using(alias).exclude(code=None):
        scope = APPROVES.get(role.code, NONE)
        rows = [("quote", verb, scope) for verb in ("approve_quote", "return_quote")]
        rows += [("approvalrule", "read", ALL), *(("approvalrule", one, ALL if scope else NONE) for one in SET_UP)]
        for kind, operation, reach in rows:
            grants.get_or_create(role_id=role.pk, resource=kind, operation=operation, defaults={"scope": reach})


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0005_quotes"),
        ("access", "0003_grants_to_share"),
        ("identity", "0002_built_in_roles"),
    ]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
