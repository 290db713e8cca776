"""Where numbers of orders begin, and who may do what with sales channels."""

from django.db import migrations

NONE, OWN, TEAM, ALL = range(4)
FIRST = 100_000
SET_UP = ("create", "update", "delete", "bulk", "import", "export", "share")


def begin(apps, schema_editor):
    series = apps.get_model("orders", "NumberSeries").objects.using(schema_editor.connection.alias)
    series.get_or_create(name="order", defaults={"last": FIRST})


def grant(apps, schema_editor):
    """Everybody knows where we sell; administrators and managers decide it."""
    alias = schema_editor.connection.alias
    grants = apps.get_model("access", "Grant").objects.using(alias)
    for role in apps.get_model("identity", "Role").objects.using(alias).exclude(code=None):
        decides = role.code in ("administrator", "manager")
        for operation, scope in (("read", ALL), *((one, ALL if decides else NONE) for one in SET_UP)):
            grants.get_or_create(
                role_id=role.pk, resource="saleschannel", operation=operation, defaults={"scope": scope}
            )


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0001_initial"),
        ("access", "0003_grants_to_share"),
        ("identity", "0002_built_in_roles"),
    ]
    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
