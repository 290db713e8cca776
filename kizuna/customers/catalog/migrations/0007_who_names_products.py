"""Who may do what with the names of products in other languages."""

from django.db import migrations

NONE, OWN, TEAM, ALL = range(4)
SET_UP = ("create", "update", "delete", "bulk", "import", "export", "share")


def grant(apps, schema_editor):
    """Everybody sees what products are called; administrators and managers decide it, as with all of the catalogue."""
    alias = schema_editor.connection.alias
    grants = apps.get_model("access", "Grant").objects.using(alias)
    for role in apps.get_model("identity", "Role").objects.using(alias).exclude(code=None):
        scope = ALL if role.code in ("administrator", "manager") else NONE
        grants.get_or_create(role_id=role.pk, resource="productname", operation="read", defaults={"scope": ALL})
        for operation in SET_UP:
            given = {"role_id": role.pk, "resource": "productname", "operation": operation}
            grants.get_or_create(**given, defaults={"scope": scope})


class Migration(migrations.Migration):
    dependencies = [("catalog", "0006_names_in_other_languages")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
