"""The roles every Kizuna starts with; the access room gives them their rights."""

from django.db import migrations

ROLES = {
    "administrator": ("Administrator", "Sets Kizuna up and may do everything."),
    "manager": ("Manager", "Leads a team and works with all of its records."),
    "salesperson": ("Salesperson", "Looks after their own customers and opportunities."),
    "marketer": ("Marketer", "Prepares segments and campaigns."),
    "support_agent": ("Support agent", "Answers customers and solves their cases."),
    "viewer": ("Viewer", "Reads, and changes nothing."),
}


def create_roles(apps, schema_editor):
    roles = apps.get_model("identity", "Role").objects.using(schema_editor.connection.alias)
    for code, (name, description) in ROLES.items():
        roles.get_or_create(code=code, defaults={"name": name, "description": description})


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial")]
    operations = [migrations.RunPython(create_roles, migrations.RunPython.noop)]
