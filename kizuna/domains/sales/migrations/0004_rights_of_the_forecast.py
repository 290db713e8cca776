"""Who sees and sets quotas: managers and administrators set them, everybody who sells sees their own."""

from django.db import migrations

NONE, OWN, TEAM, ALL = range(4)
SET_UP = ("create", "update", "delete", "bulk", "import", "export", "share", "adjust_forecast")
READS = {"administrator": ALL, "manager": ALL, "salesperson": OWN}


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    grants = apps.get_model("access", "Grant").objects.using(alias)
    for role in apps.get_model("identity", "Role").objects.using(alias).exclude(code=None):
        decides = role.code in ("administrator", "manager")
        rights = [("read", READS.get(role.code, NONE)), *((one, ALL if decides else NONE) for one in SET_UP)]
        for operation, scope in rights:
            grants.get_or_create(role_id=role.pk, resource="quota", operation=operation, defaults={"scope": scope})


class Migration(migrations.Migration):
    dependencies = [("sales", "0003_forecast")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
