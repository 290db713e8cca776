"""Everybody sees the territories; administrators and managers draw them."""

from django.db import migrations

NONE, OWN, TEAM, ALL = range(4)
SET_UP = ("create", "update", "delete", "bulk", "import", "export", "share")
VERBS = ("apply_realignment", "undo_realignment")


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    grants = apps.get_model("access", "Grant").objects.using(alias)
    for role in apps.get_model("identity", "Role").objects.using(alias).exclude(code=None):
        decides = ALL if role.code in ("administrator", "manager") else NONE
        for kind in ("territory", "territorymember", "realignment", "territorydraft"):
            sees = ALL if kind in ("territory", "territorymember") else decides
            verbs = VERBS if kind == "realignment" else ()
            for operation, scope in [("read", sees), *((one, decides) for one in (*SET_UP, *verbs))]:
                grants.get_or_create(role_id=role.pk, resource=kind, operation=operation, defaults={"scope": scope})


class Migration(migrations.Migration):
    dependencies = [
        ("territories", "0001_initial"),
        ("access", "0003_grants_to_share"),
        ("identity", "0002_built_in_roles"),
    ]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
